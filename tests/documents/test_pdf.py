"""Letters as PDF: where things stand on the paper, who can read them, and what can never get in."""

import io
import re
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pypdfium2
import pytest

from api.documents import fonts
from api.documents.errors import FieldRefused, NotTypeset
from api.documents.render import letter_text, render, render_letter
from tests.documents.fields import FIELDS
from tests.documents.letters import FOLDER, MEETING_LETTERS, NAMES, VARIANTS, pdf, template, text

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
FOOTER = 18.0  # millimetres from the bottom
ATTACKS = (
    '#import "@preview/example:0.1.0"',
    '#read("/etc/passwd")',
    "#eval(1+1) #sys.inputs #panic()",
    "$x^2$ @reference <label> ~ -- ... 'q' \"q\"",
    "*bold* _slanted_ `raw` = heading\n+ entry\n- entry\n/ term: x",
    "\\n \\u{41} \\ \\\\ // comment /* comment */",
    "<script>alert(1)</script> &amp; &lt;",
    "**bold** [link](https://example.org) ((child_name)) ((child_name??x))",
    "]) } #] #)",
)


def words(content: bytes, *, left: float = 0, right: float = 210, top: float = 0, bottom: float = 297) -> list[str]:
    """The text of a PDF inside a zone of every page, in millimetres from the top left corner, by page."""
    with pypdfium2.PdfDocument(content) as document:
        pages = [
            page.get_textpage().get_text_bounded(
                left=left * MM, right=right * MM, top=(297 - top) * MM, bottom=(297 - bottom) * MM
            )
            for page in document
        ]
    return [flat(page) for page in pages]


def flat(said: str) -> str:
    """Text with single spaces, without what only helps to break lines."""
    return re.sub(r"\s+", " ", said.replace("\u200b", "").replace("\ufffe", "")).strip()


def in_reading_order(content: bytes) -> str:
    """The text of all pages without footers and bullets."""
    return flat(" ".join(words(content, bottom=297 - FOOTER)).replace("•", ""))


@pytest.mark.parametrize("name", NAMES)
def test_a_pdf_says_what_the_text_says(name: str) -> None:
    said = in_reading_order(pdf(name))

    for line in text(name).split("Dear Mrs Okafor")[1].splitlines():
        assert flat(re.sub(r"^(#+|-) ", "", line.strip())) in said


@pytest.mark.rule("R030")
@pytest.mark.parametrize("name", NAMES)
def test_the_window_of_the_envelope_shows_name_and_address_and_nothing_else(name: str) -> None:
    shown = words(pdf(name), left=24.6, right=120, top=39.5, bottom=66.3)[0]

    assert shown == "Mrs Ada Okafor Flat 2 14 Windmill Road Saltmarsh NR99 2BB"


def test_nothing_stands_between_the_window_and_the_text() -> None:
    content = pdf("L1")

    assert words(content, left=0, right=124, top=66.3, bottom=94.5)[0] == ""
    assert words(content, left=124.5, right=195, top=5, bottom=95)[0].endswith("Our reference: FT-2026-00042")
    assert words(content, top=95, bottom=101)[0] == "Dear Mrs Okafor"


def test_an_address_of_seven_lines_fits_into_the_window() -> None:
    address = ["Flat 2", "The Old Granary", "Upper Windmill Road", "Saltmarsh", "Norfolk", "NR99 2BB"]

    shown = words(pdf("L1", addressee_address=address), left=24.6, right=120, top=39.5, bottom=66.3)[0]

    assert shown == "Mrs Ada Okafor " + " ".join(address)


def test_an_address_that_would_be_cut_is_refused() -> None:
    with pytest.raises(FieldRefused, match="addressee_address: has more than 6 lines"):
        pdf("L1", addressee_address=["one", "two", "three", "four", "five\nsix", "seven"])
    with pytest.raises(NotTypeset, match="does not fit: Mrs Ada Okafor"):
        pdf("L1", addressee_address=["very " * 120, "NR99 2BB"])


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("The Blessed Saints Peter and Paul Church of England Voluntary Aided Primary School", True),
        ("Long " * 60, False),
    ],
)
def test_a_long_name_of_the_school_stays_out_of_the_window(name: str, fits: bool) -> None:
    address = ["The Old Rectory", "Upper Marsh Lane", "Saltmarsh St Peter", "Saltmarsh", "Norfolk", "NR99 1AA"]
    if not fits:
        with pytest.raises(NotTypeset, match="does not fit: Long"):
            pdf("L1", school_name=name, school_address=address)
        return

    content = pdf("L1", school_name=name, school_address=address)

    assert words(content, left=15, right=124, top=5, bottom=30)[0] == name
    assert words(content, left=15, right=124, top=30, bottom=39.5)[0] == ""


def test_pages_are_a4_and_numbered_only_when_there_are_several() -> None:
    one, two = pdf("L11"), pdf("L1")

    with pypdfium2.PdfDocument(two) as document:
        assert all(page.get_size() == pytest.approx(A4, abs=0.1) for page in document)
    assert words(one, top=297 - FOOTER) == [""]
    assert words(two, top=297 - FOOTER) == ["FT-2026-00042 Page 1 of 2", "FT-2026-00042 Page 2 of 2"]


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_tagged_for_screen_readers_and_carries_its_fonts(name: str) -> None:
    with pikepdf.open(io.BytesIO(pdf(name))) as document:
        root = document.Root
        kinds = structure(root.StructTreeRoot)

        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en-GB"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert kinds.count("/H1") == 1
        assert {"/P"} <= set(kinds)
        assert ("/L" in kinds) == ("\n- " in text(name))
        assert embedded(document) == {True}
        with document.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")


def structure(node: pikepdf.Object) -> list[str]:
    """The kinds of all elements of the structure tree, in reading order."""
    if isinstance(node, pikepdf.Array):
        return [kind for child in node for kind in structure(child)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    own = [str(node.S)] if "/S" in node else []
    return own + (structure(node.K) if "/K" in node else [])


def embedded(document: pikepdf.Pdf) -> set[bool]:
    """Whether the fonts in a document have their files inside."""
    return {
        any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        for descriptor in document.objects
        if isinstance(descriptor, pikepdf.Dictionary) and descriptor.get("/Type") == "/FontDescriptor"
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_metadata_hold_title_and_school_and_nobody(name: str) -> None:
    title, content = render(template(name), FIELDS)

    with pikepdf.open(io.BytesIO(content)) as document:
        info = {key: str(value) for key, value in document.docinfo.items()}
        with document.open_metadata() as about:
            everything = str(about) + " ".join(info.values())
        assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
        assert all("/Annots" not in page for page in document.pages)
    assert info["/Title"] == title
    assert info["/Author"] == "Saltmarsh High School"
    assert not [word for word in ("Okafor", "Jamie", "Windmill", "NR99", "FT-2026") if word in everything]


@pytest.mark.rule("R030")
@pytest.mark.parametrize("name", [*NAMES, *VARIANTS])
def test_another_adults_particulars_never_get_into_a_letter(name: str) -> None:
    """Fields that the letter does not name stay out, wherever they come from."""
    letter, changed = VARIANTS.get(name, (name, {}))
    foreign = {
        "other_name": "CANARY-NAME",
        "other_address": ["CANARY-STREET", "CN99 9CN"],
        "other_phone": "07700 900999",
        "other_email": "canary@example.org",
        "upn": "F926999024001",
    }

    content = render_letter(template(letter), FIELDS | changed | foreign)

    said = "".join(words(content)) + every_stream(content)
    assert not [sign for sign in ("CANARY", "CN99", "900999", "canary@", "F926999024001") if sign in said]


def every_stream(content: bytes) -> str:
    """Everything in a PDF that can be decoded: streams, metadata, bookmarks, descriptions."""
    with pikepdf.open(io.BytesIO(content)) as document:
        parts = [
            found.read_bytes() if isinstance(found, pikepdf.Stream) else found.unparse(resolved=True)
            for found in document.objects
        ]
    return b"\n".join(parts).decode("latin-1") + b"\n".join(parts).replace(b"\0", b"").decode("latin-1")


def test_same_template_and_fields_give_the_same_bytes() -> None:
    assert pdf("L3") == pdf("L3")
    assert pdf("L3") != pdf("L3", addressee_name="Mr Ben Okafor")


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_looks_like_code_is_shown_as_it_was_typed(attack: str) -> None:
    said = in_reading_order(pdf("L8a", outcome_reason=attack, target_text=attack, addressee_name=flat(attack)))

    assert said.count(flat(attack)) >= 2


def test_what_looks_like_code_in_a_template_is_shown_as_it_was_typed() -> None:
    body = '---\ntitle: Title \\#panic() $x$ @y\nrules:\n---\nHello \\#import "x" #panic() @preview $x$ \\<script>\n'

    said = in_reading_order(render_letter(body, FIELDS))

    assert "Hello #import “x” #panic() @preview $x$ <script>" in said
    assert "Title \\#panic() $x$ @y" in said


def test_the_house_style_loads_nothing() -> None:
    style = (FOLDER.parents[2] / "api/documents/letter.typ").read_text(encoding="utf-8")
    code = re.sub(r"//.*", "", style)

    assert not re.findall(r"#import|include|@preview|read\(|eval\(|plugin\(|image\(", code)


def test_ten_thousand_characters_stay_on_the_paper() -> None:
    content = pdf("L8a", outcome_reason="W" * 5000, effort_text="mW@ " * 1250)

    with pypdfium2.PdfDocument(content) as document:
        edges = [
            textpage.get_charbox(at)[2]
            for textpage in (page.get_textpage() for page in document)
            for at in range(textpage.count_chars())
        ]
    assert in_reading_order(content).count("W") > 6250
    assert max(edges) <= (210 - 15) * MM


@pytest.mark.parametrize("entries", [["Ø" * 300] * 8, ["Ø" * 300] * 80, ["ØØ\nØ" * 75] * 8, ["Ø " * 5000]])
def test_long_lists_stay_on_the_paper(entries: list[str]) -> None:
    said = in_reading_order(pdf("L8b", step_down_actions=entries))

    assert said.count("Ø") == "".join(entries).count("Ø")
    assert "Ms Lena Hart looks after the plan." in said


@pytest.mark.parametrize("field", ["addressee_name", "child_forename", "outcome_reason"])
def test_a_letter_with_signs_that_the_font_lacks_is_refused_by_the_name_of_the_field(field: str) -> None:
    with pytest.raises(FieldRefused, match=f"field {field}: .*U\\+1F642"):
        pdf("L8a", **{field: "Ada 🙂"})


def test_every_character_that_counts_as_printable_has_a_glyph() -> None:
    """The typesetter refuses a missing glyph, so this fails when the font's map was read wrongly."""
    signs = [chr(code) for code in range(0x21, 0x3000) if chr(code).isprintable() and not fonts.unprintable(chr(code))]

    content = pdf("L8a", outcome_reason=" ".join(signs))

    assert len(signs) > 2000
    assert len(content) > 10_000


def test_an_unknown_font_is_an_error_and_not_another_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FAMILY", "No Such Font")

    with pytest.raises(NotTypeset, match="unknown font family"):
        pdf("L1")


def test_threads_typeset_side_by_side() -> None:
    expected = [pdf("L1", case_reference=f"FT-2026-{number:05}") for number in range(20)]

    def batch(_: int) -> list[bytes]:
        return [pdf("L1", case_reference=f"FT-2026-{number:05}") for number in range(20)]

    with ThreadPoolExecutor(8) as threads:
        batches = list(threads.map(batch, range(8)))

    assert batches == [expected] * 8


@pytest.mark.rule("R032")
@pytest.mark.parametrize("name", MEETING_LETTERS)
def test_a_protected_person_is_listed_by_role_alone(name: str) -> None:
    said = letter_text(template(name), FIELDS | {"attendees": ["Ms Lena Hart, attendance lead", "A parent"]})

    assert "- Ms Lena Hart, attendance lead\n- A parent\n" in said

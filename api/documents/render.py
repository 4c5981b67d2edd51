"""What others call: a letter from its template and one recipient's fields, as accessible PDF or as plain text."""

import json
import re
import threading
from collections.abc import Iterable
from pathlib import Path

import typst

from api.documents import fonts
from api.documents.blocks import Blocks, Break, Heading, Items, Letter, Run, Text
from api.documents.errors import NotTypeset
from api.documents.filling import Fields, fill
from api.documents.frame import Frame, frame_of
from api.documents.plain import as_text
from api.documents.template import read_letter
from api.documents.values import MONTHS

__all__ = ["letter_text", "read_letter", "render", "render_letter"]

_HOUSE_STYLE = Path(__file__).with_name("letter.typ")
# Narrow enough for a line of an entry in a list, of the widest letters: what has no space would run off the paper.
_LONGEST_WORD = re.compile(r"[^ ]{34}(?=[^ ])")
# A telephone number or "Thursday 10 December" is not torn apart by the end of a line.
_MONTH = rf"(?:{'|'.join(MONTHS)})\b"
_TOGETHER = re.compile(rf"(?<=\d) (?=\d|{_MONTH})|(?<=day) (?=\d\d? {_MONTH})")

_mine = threading.local()


def render(template: bytes | str, fields: Fields) -> tuple[str, bytes]:
    """The title of a letter and its PDF."""
    return read_letter(template).title, render_letter(template, fields)


def render_letter(template: bytes | str, fields: Fields) -> bytes:
    """A letter as PDF/UA-1 and PDF/A-2a: same template and fields, same bytes.

    Only fields that the letter names get into it, as text and never as markup; further ones are ignored. Raises
    TemplateRefused, FieldRefused (with the field's name) and NotTypeset.
    """
    letter, frame = _filled(template, fields)
    return _typeset(_as_data(letter, frame))


def letter_text(template: bytes | str, fields: Fields) -> str:
    """What the letter says, as plain text. Raises TemplateRefused and FieldRefused."""
    return as_text(*_filled(template, fields))


def _filled(template: bytes | str, fields: Fields) -> tuple[Letter, Frame]:
    return fill(read_letter(template), fields), frame_of(fields)


def _typeset(data: dict[str, object]) -> bytes:
    inputs = {"letter": json.dumps(data, ensure_ascii=False, sort_keys=True)}
    try:
        pdf, warnings = _compiler().compile_with_warnings(
            format="pdf",
            pdf_standards=["ua-1", "a-2a"],  # readable by everybody, and fit for the archive
            sys_inputs=inputs,
        )
    except typst.TypstError as error:
        raise NotTypeset(f"The letter could not be typeset: {error.message}") from error
    if warnings or not isinstance(pdf, bytes):
        # An unknown font is only a warning, and the letter would look different from the one that was checked.
        raise NotTypeset("; ".join(warning.message for warning in warnings) or "There are no pages.")
    return pdf


def _compiler() -> typst.Compiler:
    """This thread's own compiler: one shared by threads fails with "Already borrowed"."""
    if not hasattr(_mine, "compiler"):
        carried = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())]
        )
        _mine.compiler = typst.Compiler(
            str(_HOUSE_STYLE), root=str(_HOUSE_STYLE.parent), font_paths=carried, ignore_system_fonts=True
        )
    compiler: typst.Compiler = _mine.compiler
    return compiler


def _as_data(letter: Letter, frame: Frame) -> dict[str, object]:
    return {
        "font": fonts.FAMILY,
        "title": letter.title,
        "school": {
            "name": frame.school_name,
            "address": _all_for_lines(frame.school_address),
            "phone": frame.school_phone,
        },
        "day": frame.day,
        "day-in-words": frame.day_in_words,
        "reference": frame.case_reference,
        "recipient": _all_for_lines(frame.recipient),
        "salutation": frame.salutation,
        "about": frame.about,
        "body": _blocks(letter.body),
        "closing": _blocks(frame.closing),
        "signatory": _all_for_lines(frame.signatory),
        "enclosure": _blocks(letter.enclosure),
    }


def _blocks(blocks: Blocks) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for block in blocks:
        if isinstance(block, Items):
            items = [_blocks(item) for item in block.items]
            found.append({"kind": "list", "numbered": block.numbered, "items": items})
        elif isinstance(block, Heading):
            found.append({"kind": "heading", "level": block.level, "runs": _runs(block.runs)})
        else:
            found.append({"kind": "paragraph", "runs": _runs(block.runs)})
    return found


def _runs(runs: tuple[Run, ...]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for run in runs:
        match run:
            case Text():
                found.append({"kind": "text", "text": _for_lines(run.text), "bold": run.bold})
            case Break():
                found.append({"kind": "break"})
    return found


def _all_for_lines(texts: Iterable[str]) -> list[str]:
    return [_for_lines(text) for text in texts]


def _for_lines(text: str) -> str:
    return _LONGEST_WORD.sub("\\g<0>\u200b", _TOGETHER.sub("\u00a0", text))

"""What others call: a letter from its template and one recipient's fields, as accessible PDF or as plain text."""

import re
from collections.abc import Iterable

from api.documents import fonts
from api.documents.blocks import Blocks, Break, Heading, Items, Letter, Run, Text
from api.documents.filling import Fields, fill
from api.documents.frame import Frame, frame_of
from api.documents.plain import as_text
from api.documents.template import read_letter
from api.documents.typesetting import typeset
from api.documents.values import MONTHS

__all__ = ["letter_text", "read_letter", "render", "render_letter"]

# Narrow enough for a line of an entry in a list, of the widest letters: what has no space would run off the paper.
_LONGEST_WORD = re.compile(r"[^ ]{34}(?=[^ ])")
# A telephone number or "Thursday 10 December" is not torn apart by the end of a line.
_MONTH = rf"(?:{'|'.join(MONTHS)})\b"
_TOGETHER = re.compile(rf"(?<=\d) (?=\d|{_MONTH})|(?<=day) (?=\d\d? {_MONTH})")


def render(template: bytes | str, fields: Fields) -> tuple[str, bytes]:
    """The title of a letter and its PDF."""
    return read_letter(template).title, render_letter(template, fields)


def render_letter(template: bytes | str, fields: Fields) -> bytes:
    """A letter as PDF/UA-1 and PDF/A-2a: same template and fields, same bytes.

    Only fields that the letter names get into it, as text and never as markup; further ones are ignored. Raises
    TemplateRefused, FieldRefused (with the field's name) and NotTypeset.
    """
    letter, frame = _filled(template, fields)
    return typeset("letter", _as_data(letter, frame))


def letter_text(template: bytes | str, fields: Fields) -> str:
    """What the letter says, as plain text. Raises TemplateRefused and FieldRefused."""
    return as_text(*_filled(template, fields))


def _filled(template: bytes | str, fields: Fields) -> tuple[Letter, Frame]:
    return fill(read_letter(template), fields), frame_of(fields)


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

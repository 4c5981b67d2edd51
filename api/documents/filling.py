"""Puts the fields of one recipient into a letter."""

from collections.abc import Mapping

from api.documents.blocks import Block, Blocks, Break, Heading, Items, Letter, Paragraph, Run, Shown, Text, When
from api.documents.errors import FieldRefused
from api.documents.values import is_empty, is_sections, lines, sections, words

Fields = Mapping[str, object]
_DEEPEST = 4


def fill(letter: Letter, fields: Fields) -> Letter:
    """The letter with text in place of every field and condition.

    A paragraph, heading or entry of a list with nothing left to say is left out. Raises FieldRefused when a field is
    missing, empty where it must be shown, or of a kind that cannot stand there.
    """
    body, level = fill_blocks(letter.body, fields)
    enclosure, _ = fill_blocks(letter.enclosure, fields, level=level)
    return Letter(title=letter.title, rules=letter.rules, body=body, enclosure=enclosure)


def fill_blocks(blocks: Blocks, fields: Fields, *, level: int = 1) -> tuple[Blocks, int]:
    """The blocks with text in place of the fields, and the level of the last heading among them."""
    filled: list[Block] = []
    for block in blocks:
        match block:
            case Heading():
                if runs := _tidy(_inline(block.runs, fields)):
                    level = block.level
                    filled.append(Heading(level, runs))
            case Items():
                items = tuple(
                    item for item in (fill_blocks(entry, fields, level=level)[0] for entry in block.items) if item
                )
                if items:
                    filled.append(Items(block.numbered, items))
            case Paragraph():
                filled.extend(_paragraph(block.runs, fields, level=level))
    return tuple(filled), level


def value_of(name: str, fields: Fields) -> object:
    """The value of a field. Raises FieldRefused when it is not given at all."""
    if name not in fields:
        raise FieldRefused(name, "is missing")
    return fields[name]


def _paragraph(runs: tuple[Run, ...], fields: Fields, *, level: int) -> list[Block]:
    if len(runs) == 1:
        match runs[0]:
            case When(name=name, runs=inner):
                return [] if is_empty(value_of(name, fields)) else _paragraph(inner, fields, level=level)
            case Shown() as shown:
                return _alone(shown, fields, level=level)
    tidy = _tidy(_inline(runs, fields))
    return [Paragraph(tidy)] if tidy else []


def _alone(shown: Shown, fields: Fields, *, level: int) -> list[Block]:
    """A field that is a paragraph of its own may be a list, headings with text, or several paragraphs."""
    value = _shown_value(shown, fields)
    if is_empty(value):
        return []
    if is_sections(value):
        blocks: list[Block] = []
        for heading, text in sections(shown.name, value):
            blocks.append(Heading(min(level + 1, _DEEPEST), (Text(heading),)))
            blocks.extend(_paragraphs(text, bold=False))
        return blocks
    if isinstance(value, list | tuple):
        return [Items(False, tuple((Paragraph(_lines(line, bold=shown.bold)),) for line in lines(shown.name, value)))]
    return _paragraphs(words(shown.name, value), bold=shown.bold)


def _paragraphs(text: str, *, bold: bool) -> list[Block]:
    return [Paragraph(_lines(part.strip("\n"), bold=bold)) for part in text.split("\n\n") if part.strip("\n")]


def _inline(runs: tuple[Run, ...], fields: Fields) -> list[Text | Break]:
    found: list[Text | Break] = []
    for run in runs:
        match run:
            case Text() | Break():
                found.append(run)
            case When():
                if not is_empty(value_of(run.name, fields)):
                    found.extend(_inline(run.runs, fields))
            case Shown():
                value = _shown_value(run, fields)
                if isinstance(value, list | tuple):
                    raise FieldRefused(run.name, "is a list: it must be a paragraph of its own")
                if not is_empty(value):
                    found.extend(_lines(words(run.name, value), bold=run.bold))
    return found


def _shown_value(shown: Shown, fields: Fields) -> object:
    value = value_of(shown.name, fields)
    if not shown.may_be_empty and (is_empty(value) or (isinstance(value, str) and not value.strip())):
        raise FieldRefused(shown.name, "is empty, and the letter needs it")
    return value


def _lines(text: str, *, bold: bool) -> tuple[Text | Break, ...]:
    found: list[Text | Break] = []
    for line in text.split("\n"):
        if not line:
            continue
        if found:
            found.append(Break())
        found.append(Text(line, bold))
    return tuple(found)


def _tidy(runs: list[Text | Break]) -> tuple[Text | Break, ...]:
    """Without the double spaces and empty ends that conditions leave; neighbours of one weight are joined."""
    found: list[Text | Break] = []
    for run in runs:
        last = found[-1] if found else None
        if isinstance(run, Break):
            if last is not None:
                found.append(run)
            continue
        text = run.text
        if last is None or isinstance(last, Break) or last.text.endswith(" "):
            text = text.lstrip(" ")
        if text and isinstance(last, Text) and last.bold == run.bold:
            found[-1] = Text(last.text + text, run.bold)
        elif text:
            found.append(Text(text, run.bold))
    while found and (isinstance(found[-1], Break) or not found[-1].text.rstrip(" ")):
        found.pop()
    if found and isinstance(found[-1], Text):
        found[-1] = Text(found[-1].text.rstrip(" "), found[-1].bold)
    return tuple(found)

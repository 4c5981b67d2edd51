"""A filled letter as plain text: for previews, and for tests that say what a letter says."""

from api.documents.blocks import Blocks, Heading, Items, Letter, Run, Text
from api.documents.frame import Frame


def as_text(letter: Letter, frame: Frame) -> str:
    """Everything that the letter says, top to bottom; list entries with - or their number."""
    parts = [
        "\n".join((frame.school_name, *frame.school_address, frame.school_phone)),
        "\n".join(frame.recipient),
        f"Date: {frame.day_in_words}\nOur reference: {frame.case_reference}",
        frame.salutation,
        letter.title,
        f"About: {frame.about}",
        *_texts(letter.body),
        *_texts(frame.closing),
        "Yours sincerely",
        "\n".join(frame.signatory),
        *_texts(letter.enclosure),
    ]
    return "\n\n".join(parts) + "\n"


def _texts(blocks: Blocks) -> list[str]:
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Items):
            found.append("\n".join(_entries(block)))
        elif isinstance(block, Heading):
            found.append(f"{'#' * block.level} {_words(block.runs)}")
        else:
            found.append(_words(block.runs))
    return found


def _entries(items: Items) -> list[str]:
    entries = []
    for number, item in enumerate(items.items, start=1):
        mark = f"{number}. " if items.numbered else "- "
        text = "\n".join(_texts(item)).replace("\n", "\n" + " " * len(mark))
        entries.append(mark + text)
    return entries


def _words(runs: tuple[Run, ...]) -> str:
    return "".join(run.text if isinstance(run, Text) else "\n" for run in runs)

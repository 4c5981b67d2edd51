"""The papers of an evidence pack, before anybody has typeset them: titles, text, tables, signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """One document of a pack: blocks still to be typeset, or the bytes of one as it was sent.

    `name` is the stem of its file and says nothing about anybody; `exhibit` is its mark, such as `AB/1`.
    """

    name: str
    title: str
    exhibit: str = ""
    blocks: tuple[Block, ...] = ()
    content: bytes = b""


@dataclass(frozen=True)
class Pack:
    """The papers of the case against one parent, in their order."""

    reference: str
    title: str
    school: str
    made_on: date
    papers: tuple[Paper, ...]


def heading(text: str) -> Block:
    """A heading inside a paper."""
    return {"kind": "heading", "text": text}


def text(words: str) -> Block:
    """A paragraph; its line breaks stay."""
    return {"kind": "text", "text": words}


def strong(words: str) -> Block:
    """A paragraph that must not be overlooked."""
    return {"kind": "strong", "text": words}


def items(*entries: str, numbered: bool = False) -> Block:
    """A list."""
    return {"kind": "list", "items": list(entries), "numbered": numbered}


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int], small: bool = False) -> Block:
    """A table with its head; widths are shares."""
    return {
        "kind": "table",
        "head": list(head),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
        "small": small,
    }


def signature(words: str, below: str) -> Block:
    """A place to sign, with what is said above and below it."""
    return {"kind": "signature", "text": words, "below": below}

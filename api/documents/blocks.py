"""What a letter consists of: runs of text, fields and conditions, in blocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Text:
    """Words as they stand."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Break:
    """A new line within a paragraph."""


@dataclass(frozen=True)
class Shown:
    """`((name))`: the value of a field. `((name?))` may be empty."""

    name: str
    line: int
    bold: bool = False
    may_be_empty: bool = False


@dataclass(frozen=True)
class When:
    """`((name??text))`: what is said when the field is true, or not empty."""

    name: str
    line: int
    runs: "tuple[Run, ...]"


Run = Text | Break | Shown | When


@dataclass(frozen=True)
class Paragraph:
    """Runs that belong together."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading. The title of the letter is the only one of level 1."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Items:
    """A list, with numbers or without."""

    numbered: bool
    items: "tuple[tuple[Block, ...], ...]"


Block = Paragraph | Heading | Items
Blocks = tuple[Block, ...]


@dataclass(frozen=True)
class Letter:
    """A letter: read from its template with fields still open, or filled in.

    body: what stands above the signature. enclosure: what follows on a new page.
    """

    title: str
    rules: tuple[str, ...]
    body: Blocks
    enclosure: Blocks

    @property
    def blocks(self) -> Blocks:
        """Body and enclosure."""
        return self.body + self.enclosure

    @cached_property
    def fields_used(self) -> frozenset[str]:
        """Names of the fields in the text. The frame of every letter uses more."""
        return frozenset(run.name for run in runs_of(self.blocks) if isinstance(run, Shown | When))


def runs_of(blocks: Blocks) -> Iterator[Run]:
    """Every run, those inside conditions and lists too."""
    for block in blocks:
        if isinstance(block, Items):
            for item in block.items:
                yield from runs_of(item)
        else:
            yield from _within(block.runs)


def _within(runs: tuple[Run, ...]) -> Iterator[Run]:
    for run in runs:
        yield run
        if isinstance(run, When):
            yield from _within(run.runs)

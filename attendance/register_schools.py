"""Of which school the rows of a register are, where the file says so: those of another one are not taken."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from attendance.csv_files import bare, plain
from attendance.errors import RowRefused, Unreadable

NUMBERS = ("urn", "laestab")
NAME = "school"
MOST_NAMED = 3
MOST_KNOWN = 1000  # spellings; no file of a school has so many


class OfOurSchool:
    """Tells the rows of our school from those of others.

    ours: the numbers of the school whose register it is; empty where nobody has said. A school's name is written in
    many ways, so names are only compared with each other.
    """

    def __init__(self, columns: Mapping[str, int], ours: Mapping[str, str]) -> None:
        self._columns = {name: columns[name] for name in (*NUMBERS, NAME) if name in columns}
        self._ours = {name: _number(ours[name]) for name in NUMBERS if ours.get(name)}
        self._named: dict[str, dict[str, str]] = {name: {} for name in self._columns}
        self._known: set[tuple[str, ...]] = set()
        self._cells = itemgetter(*self._columns.values()) if self._columns else None
        self.width = max(self._columns.values(), default=-1) + 1

    @property
    def is_said(self) -> bool:
        """Whether the file has a column that says it."""
        return self._cells is not None

    def require(self, cells: Sequence[str]) -> None:
        """Raises RowRefused for a row of another school."""
        if self._cells is None:
            return
        said = self._cells(cells)
        said = (said,) if isinstance(said, str) else said
        if said not in self._known:
            self._look(said)
            if len(self._known) < MOST_KNOWN:
                self._known.add(said)

    def require_one(self) -> None:
        """Raises Unreadable when the file is of several schools and nothing says which of them is ours."""
        for named in self._named.values():
            if len(named) > 1:
                some = ", ".join(list(named.values())[:MOST_NAMED])
                raise Unreadable(
                    f"This file holds the marks of {len(named)} schools ({some}), and nothing in it says which are "
                    "ours: send those of one school, or, if they are one, leave that column out."
                )

    def _look(self, said: tuple[str, ...]) -> None:
        for name, cell in zip(self._columns, said, strict=True):
            word = bare(cell)
            key = plain(word) if name == NAME else _number(word)
            if not key:
                continue
            if name in self._ours and key != self._ours[name]:
                raise RowRefused(f"This row is of another school, {word[:40]}.")
            if len(self._named[name]) < MOST_KNOWN:
                self._named[name].setdefault(key, word[:40])


def _number(word: str) -> str:
    """A school's number without what separates its parts, `926/9990`; a spreadsheet may have left out zeros."""
    return "".join(filter(str.isalnum, word.removesuffix(".0"))).lstrip("0").lower()

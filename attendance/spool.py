"""Keeps any number of small records in the order they came: few in memory, many in a file that nobody else sees."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
IN_MEMORY_BYTES = 1 << 20
AT_ONCE_BYTES = 1 << 16


class Spool(Generic[Item]):
    """What is appended can be gone through again and again, and takes no more memory however much it is.

    pack: an item as values that JSON has. unpack: the item of those values.
    """

    def __init__(self, pack: Callable[[Item], Sequence[Any]], unpack: Callable[[list[Any]], Item]) -> None:
        self._pack, self._unpack = pack, unpack
        self._lines = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115
        self._length = 0
        self._is_at_end = True

    def append(self, item: Item) -> None:
        """Keeps one more."""
        if not self._is_at_end:
            self._lines.seek(0, 2)
            self._is_at_end = True
        self._lines.write(json.dumps(self._pack(item)).encode() + b"\n")
        self._length += 1

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Item]:
        place = 0
        while True:
            self._is_at_end = False
            self._lines.seek(place)
            lines = self._lines.readlines(AT_ONCE_BYTES)
            if not lines:
                return
            place = self._lines.tell()
            for line in lines:
                yield self._unpack(json.loads(line))

    def first(self, number: int) -> list[Item]:
        """The first of them."""
        return [item for item, _ in zip(self, range(number), strict=False)]

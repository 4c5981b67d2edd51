"""Lists of a bundle that whoever reads them cannot use."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from engine.checks.finding import Finding
from engine.checks.material import Material


class ReadList(Protocol):
    """Says what is wrong with a list, given its name and content: where, and the sentence."""

    def __call__(self, name: str, content: bytes) -> Iterable[tuple[str, str]]: ...


def check_lists(material: Material, read_list: ReadList | None) -> Iterator[Finding]:
    """Faults of the files under lists/. Whoever reads a list also says what it must hold."""
    if read_list is None:
        return
    for name, content in sorted(material.bundle.under("lists/", ".json").items()):
        for where, sentence in read_list(name, content):
            yield Finding(f"lists/{name}.json", where, sentence, "Correct the list.")

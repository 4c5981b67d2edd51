"""Letters that cannot be read, or that name fields which do not exist."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from engine.checks.finding import Finding
from engine.checks.material import Material

FIELDS = "letters/fields.json"


class ReadLetter(Protocol):
    """Says what is wrong with a letter's template, given the file that lists the fields: line and sentence."""

    def __call__(self, template: bytes, fields: bytes) -> Iterable[tuple[int, str]]: ...


def check_letters(material: Material, read_letter: ReadLetter | None) -> Iterator[Finding]:
    """Faults of the templates under letters/. Whoever renders letters also says how they are read."""
    for name, content in sorted(material.bundle.under("letters/", ".md").items()):
        file = f"letters/{name}.md"
        try:
            is_empty = not content.decode().strip()
        except UnicodeDecodeError:
            yield Finding(file, "", "This letter is no text in UTF-8.", "Save it again as UTF-8.")
            continue
        if is_empty:
            yield Finding(file, "", "This letter is empty.", "Write it, or leave the file out.")
        elif read_letter is not None:
            for line, sentence in read_letter(content, material.bundle.files.get(FIELDS, b"{}")):
                yield Finding(file, f"line {line}", f"{sentence[:1].upper()}{sentence[1:]}.", "Correct the letter.")

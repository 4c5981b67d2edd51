"""What is wrong with a bundle, where, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: the file and element it is in, and two sentences for the person who drew it."""

    file: str
    element: str
    problem: str
    advice: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.element}" if self.element else self.file
        return f"{where}: {self.problem} {self.advice}"

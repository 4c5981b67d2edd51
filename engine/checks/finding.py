"""What is wrong with a bundle, where, and what to do about it."""

from dataclasses import dataclass

MOST = 500  # characters of what a file says


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: the file and element it is in, and two sentences for the person who drew it."""

    file: str
    element: str
    problem: str
    advice: str

    def shortened(self) -> "Finding":
        """The same, where a file says more than anybody would read."""
        long = (self.file, self.element, self.problem, self.advice)
        return Finding(*(text if len(text) <= MOST else f"{text[: MOST - 1]}…" for text in long))

    def __str__(self) -> str:
        where = f"{self.file}, {self.element}" if self.element else self.file
        return f"{where}: {self.problem} {self.advice}"

"""What happens to be so in one step: every question is answered in each way, one story after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.expressions import JSON

AGAIN = 3  # how often one step may answer a question the same before it counts as going round for ever


@dataclass(frozen=True)
class Chosen:
    """A question that a step asked and its answer, with the numbers of the other answers that it could have had."""

    question: str
    answer: JSON
    number: int
    others: tuple[int, ...]


@dataclass
class Choices:
    """The answers of one step: first those that were decided before, then the first of each."""

    decided: Sequence[int] = ()
    chosen: list[Chosen] = field(default_factory=list)
    goes_round: str = ""  # the question that was answered the same again and again
    _known: dict[str, int] = field(default_factory=dict)
    _given: dict[str, list[int]] = field(default_factory=dict)

    def pick(self, question: str, options: Sequence[JSON]) -> JSON:
        """One of the options; the same again until something may have changed."""
        if question not in self._known:
            given = self._given.setdefault(question, [])
            fresh = [number for number in range(len(options)) if given.count(number) < AGAIN]
            if len(fresh) < len(options):
                self.goes_round = question
            fresh = fresh or [0]
            place = len(self.chosen)
            number = self.decided[place] if place < len(self.decided) else fresh[0]
            self._known[question] = number
            given.append(number)
            others = tuple(other for other in fresh if other != number)
            self.chosen.append(Chosen(question, options[number], number, others))
        return options[self._known[question]]

    def forget(self) -> None:
        """Something was done that may change what is so."""
        self._known.clear()

    def branches(self) -> Iterator[tuple[int, ...]]:
        """The other ways in which the step could have gone, each by its first answer that differs."""
        numbers = tuple(choice.number for choice in self.chosen)
        for place in range(len(self.decided), len(numbers)):
            for other in self.chosen[place].others:
                yield (*numbers[:place], other)

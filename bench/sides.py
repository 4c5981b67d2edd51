"""What both sides of the benchmark share: what is done with a case, and how it is told."""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

BUNDLE = Path(__file__).parent / "bundle"
PEOPLE = ("Ada", "Ben", "Cy")
WAYS = ("north", "east", "south", "west")
REMARK = "They said that they would see to it, and asked to be told of the next step in writing. " * 3
COMPLETIONS = 2 + len(PEOPLE)  # tasks done in one case


@dataclass(frozen=True)
class Sizes:
    """What cases take: the mean of their states in bytes, and all of their tables and indexes on disk."""

    cases: int
    state: float
    disk: int


class Side(Protocol):
    """One way of running the benchmark's process."""

    def open(self) -> UUID: ...
    def find(self, case_id: UUID, element: str) -> UUID: ...
    def complete(self, task_id: UUID, element: str, answers: dict[str, str]) -> None: ...
    def fire(self, case_id: UUID) -> None: ...
    def is_over(self, case_id: UUID) -> bool: ...
    def sizes(self) -> Sizes: ...


@dataclass(frozen=True)
class Round:
    """What one round of cases took, in milliseconds, each step by itself; and the processor's seconds here."""

    opening: list[float]
    completing: list[float]
    firing: list[float]
    processor: float


def run_round(side: Side, *, cases: int) -> Round:
    """So many cases from beginning to end, all of them going on side by side. Finding a task is not counted."""
    opening, completing, firing = _Took(), _Took(), _Took()
    open_cases = []
    for _ in range(cases):
        with opening:
            case_id = side.open()
        open_cases.append(case_id)
    _complete_each(side, open_cases, completing, "AskFirst", {"remark": REMARK})
    time.sleep(0.01)
    for case_id in open_cases:
        with firing:
            side.fire(case_id)
    for number, case_id in enumerate(open_cases):
        chosen = {"chosen": WAYS[number % 4], "remark": REMARK}
        _complete_each(side, [case_id], completing, "Decide", chosen)
    for _ in PEOPLE:
        _complete_each(side, open_cases, completing, "AskEach", {"remark": REMARK})
    if not all(side.is_over(case_id) for case_id in open_cases[:5]):
        raise RuntimeError("The cases have not ended.")
    processor = opening.processor + completing.processor + firing.processor
    return Round(opening.milliseconds, completing.milliseconds, firing.milliseconds, processor)


def answer_side(side: Side) -> None:
    """Answers a line `run CASES` or `sizes` on the standard input by one line of JSON, until it ends."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        what, *arguments = line.split()
        match what:
            case "run":
                told: object = asdict(run_round(side, cases=int(arguments[0])))
            case "open":
                for _ in range(int(arguments[0])):
                    case_id = side.open()
                    side.complete(side.find(case_id, "AskFirst"), "AskFirst", {"remark": REMARK})
                told = None
            case _:
                told = asdict(side.sizes())
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _complete_each(side: Side, cases: list[UUID], took: "_Took", element: str, answers: dict[str, str]) -> None:
    for case_id in cases:
        task_id = side.find(case_id, element)
        with took:
            side.complete(task_id, element, answers)


class _Took:
    """Measures each time it is entered."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self.processor = 0.0

    def __enter__(self) -> None:
        self._processor = time.process_time()
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.milliseconds.append((time.perf_counter() - self._began) * 1000)
        self.processor += time.process_time() - self._processor

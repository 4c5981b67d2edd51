"""Runs the fuzzers: every input by its number, with the processor's time and the memory that it took.

`make fuzz` runs them all and prints the figures; a number that breaks something is told, to be tried again by it.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz_inputs.targets import TARGETS, Target

SECONDS = 0.3  # of the processor, for one input
MEGABYTES = 100  # for one input
WHOLE = sum(target.share for target in TARGETS.values())
STATUS, PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")  # of Linux


@dataclass(frozen=True)
class Took:
    """What one input took, and whether it was refused."""

    seconds: float
    megabytes: float
    refused: bool


class Broken(AssertionError):
    """An input broke something, took too long, or took too much."""


def fuzz(name: str, count: int, *, first: int = 0) -> Iterator[Took]:
    """So many inputs of a target. Raises Broken with the number of the first that is not taken as it should be."""
    target = TARGETS[name]
    for number in range(first, first + count):
        try:
            took = _take(target, number)
            if took.seconds > SECONDS:  # a collection of garbage, or what is read once, may have come between
                took = min(took, _take(target, number), key=lambda one: one.seconds)
        except Exception as error:
            raise Broken(f"{name} {number}: {type(error).__name__}: {error}") from error
        if took.seconds > SECONDS or took.megabytes > MEGABYTES:
            raise Broken(f"{name} {number}: took {took.seconds:.2f} s, {took.megabytes:.0f} MB")
        yield took


def _take(target: Target, number: int) -> Took:
    given = target.make(random.Random(number))  # noqa: S311 - a fuzzer's changes
    PEAK.write_text("5", encoding="ascii")  # forgets the peak that was
    before, began, refused = _memory("VmRSS"), time.thread_time(), False
    try:
        target.take(given)
    except target.refuses as error:
        refused = True
        if not str(error).strip():
            raise Broken("it is refused without a word") from error
    return Took(time.thread_time() - began, _memory("VmHWM") - before, refused)


def _memory(of: str) -> float:
    """What this process holds (VmRSS), or has held at most since the peak was forgotten (VmHWM), in megabytes."""
    for line in STATUS.read_text(encoding="ascii").splitlines():
        if line.startswith(of):
            return int(line.split()[1]) / 1024
    raise LookupError(of)


def main() -> None:
    """Runs every target's share of as many inputs as are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=WHOLE)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", choices=[*TARGETS])
    asked = parser.parse_args()
    tried, failed = 0, 0
    for name in [asked.only] if asked.only else TARGETS:
        count = asked.count if asked.only else asked.count * TARGETS[name].share // WHOLE
        refused, slowest, largest, broken = Counter[bool](), 0.0, 0.0, ""
        try:
            for took in fuzz(name, count, first=asked.first):
                refused[took.refused] += 1
                slowest, largest = max(slowest, took.seconds), max(largest, took.megabytes)
        except Broken as error:
            broken, failed = f"; BROKEN BY {error}", failed + 1
        tried += refused.total()
        figures = f"at most {slowest * 1_000:.0f} ms and {largest:.0f} MB each"
        sys.stdout.write(f"{name}: {refused.total():,} inputs, {figures}{broken}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{tried:,} inputs, {failed} of {len(TARGETS)} kinds broken\n")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

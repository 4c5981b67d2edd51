"""Random diagrams on random paths: restored before every step, beside never; written by us, beside the library.

`make replay` prints how many paths were compared, and each that differed with its number. A number says everything: its
diagram, its path, and what is answered; `make replay FIRST=50000` goes on with others.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import Pool

from engine.bundles import Process, compile_bundle
from engine.spiff import codec
from tests.engine.random_diagrams import random_bundle
from tests.engine.serializer import LIBRARY, written_by_the_library
from tests.engine.shapes import REGISTRY
from tests.engine.twins import Twin

PATHS = 10  # through each diagram
LONGEST = 25  # steps
AT_ONCE = 50


@dataclass(frozen=True)
class Replayed:
    """One path through one diagram. `difference` is empty when there was none."""

    number: int
    steps: int
    difference: str = ""


def replay(number: int) -> Replayed:
    """The path of this number: the same for everybody."""
    process = _process(number // PATHS)
    pick = random.Random(number)  # noqa: S311 - an invented path
    restored, kept = Twin(number, process, REGISTRY), Twin(number, process, REGISTRY)
    steps = 0
    try:
        for _ in range(LONGEST):
            restored.restart()
            if restored.standing() != kept.standing():
                return Replayed(number, steps, "restored, it stands otherwise")
            if kept.workflow.is_over:
                break
            act = pick.randrange(100)
            kept.act(act)
            restored.act(act)
            steps += 1
        return Replayed(number, steps, _written_otherwise(restored))
    except Exception as error:  # noqa: BLE001 - a case that cannot go on is told with its number, and the others go on
        return Replayed(number, steps, f"{type(error).__name__}: {error}")


def replay_all(first: int, number: int) -> Iterator[Replayed]:
    """So many paths, one after the other."""
    yield from map(replay, range(first, first + number))


def _written_otherwise(twin: Twin) -> str:
    """What the library's serializer and our codec make of one and the same case."""
    before = list(written_by_the_library(twin.workflow._workflow))
    copy = LIBRARY.deserialize_json(LIBRARY.serialize_json(twin.workflow._workflow))
    if _in_any_order(codec.dump(copy)) != _in_any_order(twin.workflow.dump()):
        return "what the library reads back is written otherwise by us"
    twin.restart()
    if list(written_by_the_library(twin.workflow._workflow)) != before:
        return "what we read back is written otherwise by the library"
    return ""


def _in_any_order(state: str) -> dict[str, object]:
    """A state as we write it, whichever subprocess comes first: the library sorts them."""
    read = json.loads(state)
    return {**read, "parts": {part["of"]: part for part in read["parts"]}}


@lru_cache(maxsize=20)
def _process(seed: int) -> Process:
    return compile_bundle(random_bundle(seed))


def main() -> None:
    """Compares as many paths as are asked for, and ends with 1 when any differed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--number", type=int, default=50_000)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    begun, steps, different = time.perf_counter(), 0, 0
    with Pool(given.workers) as pool:
        numbers = range(given.first, given.first + given.number)
        for count, replayed in enumerate(pool.imap(replay, numbers, chunksize=AT_ONCE), start=1):
            steps += replayed.steps
            if replayed.difference:
                different += 1
                print(f"{replayed.number}, step {replayed.steps}: {replayed.difference}", flush=True)
            if count % 5_000 == 0:
                print(f"{count:,} paths, {steps:,} steps, {different} differences", flush=True)
    seconds = time.perf_counter() - begun
    diagrams = -(-given.number // PATHS)
    through = f"{given.number:,} paths through {diagrams:,} diagrams, {steps:,} steps"
    print(f"From number {given.first}, {through}: {different} differences ({seconds:.0f} s)")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()

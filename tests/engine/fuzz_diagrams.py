"""Fuzzing of the checks: random changes of every diagram there is. What is refused is refused in words and soon;
what is accepted can be run, and goes on the same when it is read back. `make fuzz` prints how many were tried.
"""

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.bundles import Bundle
from engine.checks import check_bundle
from engine.errors import EngineError
from engine.expressions import ExpressionRefusedError
from engine.registry import Registry
from engine.spiff.gateways import NoWay
from engine.spiff.instances import NobodyToDoItFor, NotInstances
from handlers import REGISTRY as HANDLERS
from tests.engine.bundled import Bundled
from tests.engine.mutations import mutated
from tests.engine.shapes import DIAGRAMS, REGISTRY, bundle_of

SHIPPED = Path(__file__).parents[2] / "bpmn" / "fast_track"
# What may happen while a case runs, and then becomes an incident with its words.
EXPECTED = (EngineError, ExpressionRefusedError, NoWay, NobodyToDoItFor, NotInstances)
SOON = 3.0  # seconds of processor time
STEPS = 6


@dataclass(frozen=True)
class Seed:
    """A diagram to be changed, with what its handlers are."""

    file: str
    bundle: Bundle
    registry: Registry


def seeds() -> list[Seed]:
    """Every diagram of the tests, and the shipped ones."""
    found = []
    for path in sorted(DIAGRAMS.rglob("*.bpmn")):
        name = path.relative_to(DIAGRAMS).with_suffix("").as_posix()
        if path.parent.name not in ("traps", "same_id_in_two_files") and path.stem not in ("cut_off", "doctype"):
            found.append(Seed(path.name, bundle_of(name), REGISTRY))
    files = {path.relative_to(SHIPPED).as_posix(): path.read_bytes() for path in SHIPPED.rglob("*") if path.is_file()}
    shipped = Bundle("fast_track", files)
    return found + [Seed(file, shipped, HANDLERS) for file in files if file.endswith(".bpmn")]


def fuzz(count: int, *, first: int = 0) -> Iterator[tuple[int, str, float]]:
    """Changed diagrams by number: what came of each, and how long it took. Raises AssertionError with the number."""
    every = seeds()
    for number in range(first, first + count):
        pick = random.Random(number)  # noqa: S311 - a fuzzer's changes
        seed = pick.choice(every)
        bundle = Bundle(seed.bundle.name, {**seed.bundle.files, seed.file: mutated(seed.bundle.files[seed.file], pick)})
        began = time.thread_time()
        findings = check_bundle(bundle, seed.registry)
        took = time.thread_time() - began
        assert took < SOON, f"{number}: took {took:.1f} s"
        assert not any("could not be checked" in found.problem for found in findings), f"{number}: {findings}"
        if not findings and seed.registry is REGISTRY:
            _run(bundle, number)
        yield number, "refused" if findings else "accepted", took


def _run(bundle: Bundle, number: int) -> None:
    """What is accepted begins, and goes on the same read back or not, or says in words why it does not."""
    pick = random.Random(number)  # noqa: S311 - a fuzzer's story
    try:
        restored, kept = Bundled(bundle, REGISTRY), Bundled(bundle, REGISTRY)
        for _ in range(STEPS):
            assert restored.standing() == kept.standing(), f"{number}: goes on differently when it is read back"
            if kept.workflow.is_over or not kept.choices():
                return
            chosen = pick.randrange(1_000)
            restored.restart()
            kept.act(chosen)
            restored.act(chosen)
    except EXPECTED:
        return


def main() -> None:
    """Tries as many as are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    came, worst, began = Counter[str](), 0.0, time.monotonic()
    for _, what, took in fuzz(asked.count, first=asked.first):
        came[what] += 1
        worst = max(worst, took)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{came.total()} changed diagrams in {time.monotonic() - began:.0f} s: {came['refused']} refused, "
        f"{came['accepted']} accepted, those run; the slowest {worst:.2f} s; {memory} MB at most\n"
    )


if __name__ == "__main__":
    main()

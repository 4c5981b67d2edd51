"""Diagrams changed at random: what is refused is refused in words; what is accepted can be run, and goes on the same
when it is read back.
"""

import random
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
from tests.engine.shapes import DIAGRAMS, REGISTRY, bundle_of

SHIPPED = Path(__file__).parents[2] / "bpmn" / "fast_track"
# What may happen while a case runs, and then becomes an incident with its words.
EXPECTED = (EngineError, ExpressionRefusedError, NoWay, NobodyToDoItFor, NotInstances)
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


def judge(seed: Seed, content: bytes) -> str:
    """What comes of a changed diagram: `refused` in words, or `accepted`, and then it runs. Raises AssertionError."""
    bundle = Bundle(seed.bundle.name, {**seed.bundle.files, seed.file: content})
    findings = check_bundle(bundle, seed.registry)
    unforeseen = [found for found in findings if "could not be checked" in found.problem]
    assert not unforeseen, unforeseen
    if not findings and seed.registry is REGISTRY:
        _run(bundle, pick=random.Random(len(content)))  # noqa: S311 - a fuzzer's story
    return "refused" if findings else "accepted"


def _run(bundle: Bundle, *, pick: random.Random) -> None:
    """What is accepted begins, and goes on the same read back or not, or says in words why it does not."""
    try:
        restored, kept = Bundled(bundle, REGISTRY), Bundled(bundle, REGISTRY)
        for _ in range(STEPS):
            assert restored.standing() == kept.standing(), "It goes on differently when it is read back."
            if kept.workflow.is_over or not kept.choices():
                return
            chosen = pick.randrange(1_000)
            restored.restart()
            kept.act(chosen)
            restored.act(chosen)
    except EXPECTED:
        return

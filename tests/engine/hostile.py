"""Tries every hostile file on the checks, and prints how many, how long the worst took and how much memory it took."""

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.checks import Finding, check_file
from engine.errors import BundleRefused
from tests.engine.hostile_bpmn import HOSTILE_BPMN
from tests.engine.hostile_xml import HOSTILE_XML
from tests.engine.shapes import REGISTRY

HOSTILE = {f"{name} (xml)": make for name, make in HOSTILE_XML.items()} | dict(HOSTILE_BPMN)


@dataclass(frozen=True)
class Tried:
    """What came of a hostile file."""

    name: str
    seconds: float
    findings: list[Finding]
    unreadable: str


def tried(names: list[str] | None = None) -> Iterator[Tried]:
    """Each file, checked by itself."""
    with TemporaryDirectory() as folder:
        for name in names or list(HOSTILE):
            path = Path(folder) / "hostile.bpmn"
            path.write_bytes(HOSTILE[name]())
            began, findings, unreadable = time.thread_time(), list[Finding](), ""
            try:
                findings = check_file(path, REGISTRY)
            except BundleRefused as refused:
                unreadable = str(refused)
            yield Tried(name, time.thread_time() - began, findings, unreadable)


if __name__ == "__main__":
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    every = list(tried())
    worst = sorted(every, key=lambda one: -one.seconds)[:5]
    took = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    crashed = [one.name for one in every if any("could not be checked" in found.problem for found in one.findings)]
    sys.stdout.write(f"{len(every)} kinds of hostile files, {len(crashed)} unforeseen; {took} MB at most\n")
    sys.stdout.writelines(f"{one.seconds:6.2f} s  {len(one.findings):4} findings  {one.name}\n" for one in worst)
    sys.stdout.writelines(f"unforeseen: {name}\n" for name in crashed)
    sys.exit(bool(crashed))

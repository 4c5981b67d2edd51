"""How fast the engine is beside SpiffWorkflow alone, on the same PostgreSQL, interleaved.

    python -m bench.engine [--cases 60] [--rounds 7] [--no-disk]

The process: service task → user task → timer → user task with a boundary timer → four-way gateway → three instances of
a user task → service task. Each side is a Python process of its own: neither runs with what the other has mended.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from api.postgres import EmbeddedPostgres
from bench.sides import COMPLETIONS

FOLDER = Path(__file__).parent.parent / "var" / "bench-postgres"
SIDES = {"SpiffWorkflow alone": "bench.raw_side", "the engine": "bench.our_side"}


class Child:
    """One side, in a process of its own."""

    def __init__(self, module: str, url: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", module, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._hear()

    def ask(self, line: str) -> Any:
        """What it answers."""
        assert self._process.stdin  # noqa: S101
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return json.loads(self._hear())

    def leave(self) -> None:
        """Lets it end."""
        self._process.communicate()

    def _hear(self) -> str:
        assert self._process.stdout  # noqa: S101
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("One side has ended before its time.")
        return line


@contextmanager
def database(*, waits_for_disk: bool = True) -> Iterator[str]:
    """An empty database on a server with the settings of the service's own, or one that never waits for its disk."""
    server = EmbeddedPostgres(FOLDER, options={} if waits_for_disk else {"fsync": "off"})
    server.start()
    try:
        admin = make_url(server.url()).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(admin, autocommit=True) as db:
            db.execute("DROP DATABASE IF EXISTS bench WITH (FORCE)")
            db.execute("CREATE DATABASE bench")
        yield make_url(server.url("bench")).set(drivername="postgresql").render_as_string(hide_password=False)
    finally:
        server.stop()


def percentile(values: list[float], part: float) -> float:
    """The value below which so many of a hundred lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part / 100))]


def figures(rounds: list[dict[str, Any]], sizes: dict[str, Any]) -> dict[str, float]:
    """The medians of the rounds, and the percentiles of all completions."""
    completing = [each for told in rounds for each in told["completing"]]

    def median(of: Any) -> float:
        return statistics.median(of(told) for told in rounds)

    return {
        "cases/s": median(
            lambda told: (
                1000 * len(told["opening"]) / sum(sum(told[part]) for part in ("opening", "completing", "firing"))
            )
        ),
        "completions/s": median(lambda told: 1000 * len(told["completing"]) / sum(told["completing"])),
        "opening ms": median(lambda told: statistics.median(told["opening"])),
        "timer ms": median(lambda told: statistics.median(told["firing"])),
        "p10 ms": percentile(completing, 10),  # undisturbed, however busy the machine
        "p50 ms": percentile(completing, 50),
        "p99 ms": percentile(completing, 99),
        "processor ms/case": median(lambda told: 1000 * told["processor"] / len(told["opening"])),
        "state bytes": sizes["state"],
        "bytes/case": sizes["disk"] / sizes["cases"],
    }


def main() -> None:
    """Prints both sides and how many times faster the engine is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=60, help="cases a round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-disk", action="store_true", help="the server does not wait for its disk, on either side")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with database(waits_for_disk=not given.no_disk) as url:
        children = {name: Child(module, url) for name, module in SIDES.items()}
        rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in SIDES}
        for child in children.values():
            child.ask("run 5")
        for _ in range(given.rounds):
            for name, child in children.items():
                rounds[name].append(child.ask(f"run {given.cases}"))
        told = {name: figures(rounds[name], child.ask("sizes")) for name, child in children.items()}
        for child in children.values():
            child.leave()
    if given.json:
        sys.stdout.write(json.dumps(told, indent=1) + "\n")
        return
    raw, ours = told.values()
    sys.stdout.write(
        f"{given.rounds} rounds of {given.cases} cases with {COMPLETIONS} completions and a timer, medians\n"
    )
    sys.stdout.write(f"{'':20}{'SpiffWorkflow alone':>22}{'the engine':>14}{'':>10}\n")
    for name in raw:
        ratio = ours[name] / raw[name] if name.endswith("/s") else raw[name] / ours[name]
        sys.stdout.write(f"{name:20}{raw[name]:22.1f}{ours[name]:14.1f}{ratio:8.2f} ×\n")


if __name__ == "__main__":
    main()

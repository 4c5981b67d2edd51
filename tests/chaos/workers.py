"""Real workers of a test, started, killed and replaced."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from tests.database import ROOT

KILLED = "-9"
SECONDS = 120  # within which anything happens, on the slowest machine


class Program:
    """What starts workers, ready when it has answered."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.program"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *words: str) -> str:
        """What it answers."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "The program that starts workers has died."
        return answer.strip()

    def leave(self) -> None:
        """Lets it end."""
        self._process.communicate()


class Workers:
    """Processes that run `fasttrack worker` on one database."""

    def __init__(self, program: Program, engine: Engine, folder: Path, *, mode: str = "-") -> None:
        (folder / "poison").touch()
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._program, self._where, self._mode = program, (str(folder), url), mode
        self._alive: set[str] = set()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        """Nobody is left behind."""
        self.stop()

    def start(self, point: str = "-") -> None:
        """One more, killed at a point or at none."""
        self._alive.add(self._program.ask("start", *self._where, point, self._mode))

    def bury(self) -> int:
        """How many have been killed since this was asked last. Fails when one has ended otherwise."""
        ends = {process: end for process in self._alive if (end := self._program.ask("ask", process))}
        assert set(ends.values()) <= {KILLED}, ends
        self._alive -= ends.keys()
        return len(ends)

    def stop(self) -> list[str]:
        """How those ended that were asked to."""
        ends = [self._program.ask("stop", process) for process in self._alive]
        self._alive.clear()
        return ends


def looking() -> Iterator[None]:
    """Looks again every now and then. Fails when what is looked for never happens."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        yield
        time.sleep(0.1)
    raise AssertionError("It never happened.")

"""What `process check --explore` answers: the stories that a bundle was tried on, and those that go wrong."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.cli.output import CommandFailed
from engine.bundles import Bundle
from engine.errors import BundleRefused
from engine.exploration import Bounds, Breach, Explored, Story, World, retell
from engine.exploration import explore as tell
from handlers import REGISTRY

KINDS = {
    "incident": "A step fails",
    "restless": "It never rests",
    "stuck": "It is stuck",
    "endless": "It never ends",
    "invariant": "What must hold does not",
    "unreached": "Nothing leads here",
    "unmet": "Nothing is meant",
}


@dataclass(frozen=True)
class Told:
    """An exploration, in JSON and in words. `why_not`: why the bundle could not be run at all."""

    world: World | None
    found: Explored
    seconds: float
    why_not: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether every story was told and none goes wrong."""
        return not self.why_not and not self.found.breaches and self.found.complete

    @property
    def as_json(self) -> dict[str, Any]:
        """Figures, and what is wrong with a story for each that can be played again."""
        found = self.found
        return {
            "sound": self.is_sound,
            "why_not": self.why_not,
            "states": found.states,
            "steps_executed": found.executed,
            "steps_foretold": found.foretold,
            "beyond_bounds": found.beyond,
            "complete": found.complete,
            "seconds": round(self.seconds, 1),
            "breaches": [self._breach(breach) for breach in found.breaches],
        }

    @property
    def words(self) -> str:
        """The same for a person."""
        if self.why_not:
            return f"It cannot be explored: {self.why_not}"
        found = self.found
        lines = [
            f"{found.states:,} states, {found.executed:,} steps executed and {found.foretold:,} known from them, "
            f"in {self.seconds:.1f} s{'' if found.complete else '; there are more, so this is not all'}."
        ]
        for breach in found.breaches:
            about = ", ".join(part for part in (breach.element, breach.rule) if part)
            lines += ["", f"{KINDS[breach.kind]}{f' ({about})' if about else ''}: {breach.problem}"]
            lines += [f"  {line}" for line in self._story(breach)]
        if self.is_sound:
            lines.append("No story hangs, every one comes to an end, and what must hold holds everywhere.")
        return "\n".join(lines)

    def _breach(self, breach: Breach) -> dict[str, Any]:
        return {
            "kind": breach.kind,
            "element": breach.element,
            "rule": breach.rule,
            "problem": breach.problem,
            "story": self._story(breach),
            "replay": breach.story.as_json(),
        }

    def _story(self, breach: Breach) -> list[str]:
        return breach.story.lines(self.world) if self.world is not None else []


def explore(bundle: Bundle, *, alike: int) -> Told:
    """Tells every story of a bundle."""
    begun = time.perf_counter()
    try:
        world = World.of(bundle, REGISTRY)
    except BundleRefused as refused:
        return Told(None, Explored(), 0, str(refused))
    return Told(world, tell(world, Bounds(alike=alike)), time.perf_counter() - begun)


def tell_again(bundle: Bundle, path: Path) -> tuple[list[str], list[str]]:
    """A story from a file, told on a bundle: its lines, and what is wrong at its end.

    The file holds a `replay` of the answer in JSON. Raises CommandFailed.
    """
    try:
        raw = json.loads(path.read_bytes())
        story = Story.read(raw.get("replay", raw) if isinstance(raw, dict) else raw)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CommandFailed(f"{path} holds no story ({type(error).__name__}: {error}).", code=2) from None
    try:
        world = World.of(bundle, REGISTRY)
        return story.lines(world), retell(world, story)
    except (BundleRefused, LookupError) as error:
        raise CommandFailed(f"This story cannot be told on this bundle: {error}", code=2) from None

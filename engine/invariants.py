"""What must hold in every story of a bundle, read from its invariants.json.

A mark is something that is so from one happening until another. A rule says what must be so when something happens,
once the case rests after it, or always.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from engine.bundles import Bundle
from engine.errors import BundleRefused
from engine.expressions import Evaluator, ExpressionRefusedError, Known, check, problems

FILE = "invariants.json"
SHAPE = (
    'invariants.json: {"marks": {name: {"set": [happening…], "clear": [happening…]}}, '
    '"rules": [{"id", "rule", "says", "when" or "after" (happenings; neither: always), "holds"}]}'
)


@dataclass(frozen=True)
class Happening:
    """Something that happens in a story: `task record_meeting opens`, `service letters.send letter=L8a`."""

    kind: str
    names: frozenset[str]
    what: str = ""
    details: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Pattern:
    """Which happenings are meant: a kind, a name in which * stands for anything, and words that must all be there."""

    text: str

    def fits(self, happening: Happening) -> bool:
        """Whether this is one of them."""
        return _fits(self.text, happening)


@dataclass(frozen=True)
class Mark:
    """Something that is so from one happening until another."""

    name: str
    set: tuple[Pattern, ...]
    clear: tuple[Pattern, ...]


@dataclass(frozen=True)
class Rule:
    """What must hold: when something happens, at rest after it, or at every rest when it names neither."""

    id: str
    rule: str
    says: str
    when: tuple[Pattern, ...]
    after: tuple[Pattern, ...]
    holds: str


@dataclass(frozen=True)
class About:
    """What a happening means: rules asked at once and at rest, marks cleared and set."""

    when: tuple[Rule, ...]
    after: tuple[Rule, ...]
    clears: frozenset[str]
    sets: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """Every mark and rule of a bundle; without the file there are none."""

    marks: tuple[Mark, ...] = ()
    rules: tuple[Rule, ...] = ()

    @classmethod
    def read(cls, bundle: Bundle) -> "Rules":
        """Raises BundleRefused where the file is not as described."""
        content = bundle.files.get(FILE)
        if content is None:
            return cls()
        try:
            raw = json.loads(content)
            marks = tuple(
                Mark(name, _patterns(mark["set"]), _patterns(mark.get("clear", ())))
                for name, mark in raw["marks"].items()
            )
            rules = tuple(
                Rule(
                    rule["id"],
                    rule["rule"],
                    rule["says"],
                    _patterns(rule.get("when", ())),
                    _patterns(rule.get("after", ())),
                    rule["holds"],
                )
                for rule in raw["rules"]
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BundleRefused(f"{SHAPE} ({type(error).__name__}: {error}).") from error
        for rule in rules:
            # In the middle of a step timers and tasks are still being laid out.
            known = Known([mark.name for mark in marks], {} if rule.when else AT_REST)
            try:
                wrong = problems(check(rule.holds), known)
            except ExpressionRefusedError as refused:
                wrong = [refused.sentence]
            if wrong:
                raise BundleRefused(f"invariants.json: {rule.id}: {' '.join(wrong)}")
        return cls(marks, rules)

    @cached_property
    def always(self) -> tuple[Rule, ...]:
        """The rules that hold at every rest."""
        return tuple(rule for rule in self.rules if not rule.when and not rule.after)

    def about(self, happening: Happening) -> "About":
        """The marks and rules that a happening concerns."""
        known = self._known.get(happening)
        if known is None:
            known = self._known[happening] = About(
                tuple(rule for rule in self.rules if _any_fits(rule.when, happening)),
                tuple(rule for rule in self.rules if _any_fits(rule.after, happening)),
                frozenset(mark.name for mark in self.marks if _any_fits(mark.clear, happening)),
                frozenset(mark.name for mark in self.marks if _any_fits(mark.set, happening)),
            )
        return known

    @cached_property
    def _known(self) -> "dict[Happening, About]":
        return {}

    def unmet(self) -> list[str]:
        """What is named and was never asked about: it does not happen, or has another name."""
        named = [pattern for mark in self.marks for pattern in (*mark.set, *mark.clear)]
        named += [pattern for rule in self.rules for pattern in (*rule.when, *rule.after)]
        texts = dict.fromkeys(p.text for p in named if not any(p.fits(happening) for happening in self._known))
        return list(texts)


def _armed(name: str) -> bool:
    """Whether a timer of this name waits."""
    raise NotImplementedError(name)


def _waits(name: str) -> bool:
    """Whether a task of this name is open."""
    raise NotImplementedError(name)


AT_REST: Mapping[str, Callable[..., bool]] = {"armed": _armed, "waits": _waits}


class Watch:
    """Watches one step of a story: which marks are set, and which rules are broken."""

    def __init__(self, rules: Rules, marks: Iterable[str]) -> None:
        self._rules = rules
        self.marks = frozenset(marks)
        self.seen: tuple[Happening, ...] = ()
        self.broken: list[Rule] = []
        self._later: list[Rule] = []

    def see(self, happening: Happening) -> None:
        """Something happens: rules are asked first, then marks are set and cleared."""
        about = self._rules.about(happening)
        self.seen += (happening,)
        for rule in about.when:
            self._ask(rule, {})
        self._later += about.after
        self.marks = (self.marks - about.clears) | about.sets

    def rest(self, armed: Iterable[str], waiting: Iterable[str]) -> None:
        """The case rests, with timers and tasks of these names."""
        timers, tasks = frozenset(armed), frozenset(waiting)
        functions = {"armed": lambda name: name in timers, "waits": lambda name: name in tasks}
        for rule in (*self._later, *self._rules.always):
            self._ask(rule, functions)

    def _ask(self, rule: Rule, functions: Mapping[str, Any]) -> None:
        marks = {mark.name: mark.name in self.marks for mark in self._rules.marks}
        if not Evaluator(functions).evaluate(rule.holds, marks) and rule not in self.broken:
            self.broken.append(rule)


def _patterns(texts: object) -> tuple[Pattern, ...]:
    if not isinstance(texts, list | tuple) or not all(
        isinstance(text, str) and len(text.split()) > 1 for text in texts
    ):
        raise TypeError("happenings are a list of texts such as “task record_meeting opens”")
    return tuple(Pattern(text) for text in texts)


def _any_fits(patterns: Iterable[Pattern], happening: Happening) -> bool:
    return any(pattern.fits(happening) for pattern in patterns)


def _fits(text: str, happening: Happening) -> bool:
    kind, name, *words = text.split()
    if kind != happening.kind or not any(fnmatchcase(known, name) for known in happening.names):
        return False
    for word in words:
        detail, equals, value = word.partition("=")
        given = any(fnmatchcase(name, detail) and fnmatchcase(said, value) for name, said in happening.details)
        if not (given if equals else word == happening.what):
            return False
    return True

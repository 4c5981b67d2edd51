"""Every story of a bundle, told until nothing new happens: breadth first, so that what goes wrong is told shortly."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.exploration.acts import Possible, perform, rest
from engine.exploration.foretelling import Foretelling, Outcome
from engine.exploration.imagined import Imagined
from engine.exploration.standing import Resting, Standing
from engine.exploration.stories import Act, Step, Story
from engine.exploration.world import World
from engine.invariants import Watch
from engine.spiff.following import following
from engine.spiff.workflow import CaseWorkflow


@dataclass(frozen=True)
class Bounds:
    """How far stories go.

    alike: tokens at one place for one thing, such as replies that wait to be decided. states: where it gives up.
    breaches: how many are enough. foretells: whether what is known from executing it is not executed again.
    """

    alike: int = 1
    states: int = 10_000
    breaches: int = 20
    foretells: bool = True


@dataclass
class State:
    """A standing of a case that was reached, the step that first led to it, and where it can go."""

    standing: Standing
    resting: Resting
    before: "State | None"
    step: Step
    case: CaseWorkflow | None  # until every way on has been tried
    after: "list[State]" = field(default_factory=list)  # but for what ends an activity from outside
    is_cut: bool = False  # whether there are ways on beyond the bounds

    @property
    def story(self) -> Story:
        """How it was reached."""
        steps: list[Step] = []
        state: State | None = self
        while state is not None:
            steps.append(state.step)
            state = state.before
        return Story(tuple(reversed(steps)))


@dataclass(frozen=True)
class Breach:
    """What is wrong, and the shortest story that shows it.

    kind: `incident` (a step fails), `restless` (it goes round without waiting), `stuck` (nothing will ever move it),
    `endless` (it never comes to an end), `invariant` (what must hold does not: `rule`), `unreached` (no story comes to
    the element), `unmet` (an invariant speaks of what never happens).
    """

    kind: str
    element: str
    rule: str
    problem: str
    story: Story = field(default_factory=Story)


@dataclass
class Explored:
    """What was found. `complete` is whether every story within the bounds was told."""

    states: int = 0
    executed: int = 0
    foretold: int = 0
    beyond: int = 0
    complete: bool = True
    breaches: list[Breach] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)


GOES_ROUND = "It goes round without waiting as long as the answer stays the same: {}."
NEVER_ENDS = "From here the case goes on, but never comes to an end by itself."


class ForetoldWrongly(Exception):
    """An act went otherwise than it went before: what it does depends on more than its own token."""


def explore(world: World, bounds: Bounds | None = None) -> Explored:
    """Every story of a bundle. Where foretelling goes wrong, all of them are executed."""
    try:
        return Search(world, bounds).run()
    except ForetoldWrongly:
        return Search(world, replace(bounds or Bounds(), foretells=False)).run()


class Search:
    """One exploration."""

    def __init__(self, world: World, bounds: Bounds | None = None) -> None:
        self._world, self._bounds = world, bounds or Bounds()
        self.found = Explored()
        self.states: dict[Standing, State] = {}
        self._queue: deque[State] = deque()
        self._told: set[tuple[str, str, str]] = set()
        self._imagined = Imagined(world)
        self._possible = Possible(world)
        self._foretelling = Foretelling(world)

    def run(self) -> Explored:
        """Tells every story."""
        self._execute(None, Act("begin"))
        while self._queue:
            state = self._queue.popleft()
            if len(self.states) > self._bounds.states or len(self.found.breaches) >= self._bounds.breaches:
                self.found.complete = False
                break
            if not state.resting.is_over:
                for act in self._possible.acts(state.resting):
                    self._try(state, act)
            state.case = None
        self.found.states = len(self.states)
        if self.found.complete:
            self.found.breaches += [*self._endless(), *self._unreached(), *self._unmet()]
        return self.found

    def _try(self, state: State, act: Act) -> None:
        known = self._foretelling.known(act, state.standing) if self._bounds.foretells else []
        if not known:
            self._execute(state, act)
        for effect in known:
            standing, watch = self._foretelling.outcome(act, state.standing, effect)
            step = Step(act, effect.chosen)
            if standing in self.states or self._goes_no_further(state, standing, act):
                self._tell_broken(state, step, watch)
                self._arrive(state, standing, step)
                self.found.foretold += 1
            else:
                outcome = self._execute_once(state, act, step.decided)
                if outcome is None or outcome.standing != standing:
                    raise ForetoldWrongly

    def _execute(self, state: State | None, act: Act) -> None:
        """Does an act in every way that it can go."""
        waiting: list[tuple[int, ...]] = [()]
        seen: list[Outcome | None] = []
        while waiting:
            seen.append(self._execute_once(state, act, waiting.pop()))
            waiting += self._imagined.choices.branches()
        if state is not None:
            self._foretelling.learn(act, state.standing, seen)

    def _execute_once(self, state: State | None, act: Act, decided: tuple[int, ...]) -> Outcome | None:
        """Does an act in one way. Nothing comes of it when the case cannot go on."""
        imagined = self._imagined
        self.found.executed += 1
        if state is None or state.case is None:
            imagined.begin(decided=decided)
        else:
            imagined.go_on(state.case, marks=state.standing.marks, decided=decided)
        problem = ""
        with following() as trail:
            try:
                perform(imagined, act)
            except Exception as error:  # noqa: BLE001 - whatever stops a case is what is looked for
                problem = f"{type(error).__name__}: {error}"
        step = Step(act, tuple(imagined.choices.chosen))
        self.found.reached |= trail.elements
        if problem:
            self._tell(Breach("incident", trail.last or act.element, "", problem, _story(state, step)))
            return None
        if imagined.choices.goes_round:
            round_and_round = GOES_ROUND.format(imagined.choices.goes_round)
            self._tell(Breach("restless", trail.last or act.element, "", round_and_round, _story(state, step)))
        resting = rest(imagined, state.resting if state is not None else None)
        standing = resting.standing(self._world.flow, imagined.watch.marks)
        imagined.watch.rest(*self._world.called(standing.elements))
        self._tell_broken(state, step, imagined.watch)
        self._arrive(state, standing, step, resting, imagined.case)
        return Outcome(standing, imagined.watch.seen, frozenset(trail.elements), step.chosen)

    def _arrive(
        self,
        before: State | None,
        standing: Standing,
        step: Step,
        resting: Resting | None = None,
        case: CaseWorkflow | None = None,
    ) -> None:
        known = self.states.get(standing)
        if known is None:
            if before is not None and self._goes_no_further(before, standing, step.act):
                self._stop(before, standing, step.act)
                return
            if resting is None:
                raise ForetoldWrongly
            known = self.states[standing] = State(standing, resting, before, step, case)
            self._queue.append(known)
            if resting.wrong:
                self._tell(Breach("stuck", step.act.element, "", resting.wrong, known.story))
        if before is not None and not self._world.interrupts(step.act.element):
            before.after.append(known)

    def _goes_no_further(self, before: State, standing: Standing, act: Act) -> bool:
        return self._is_idle(before.standing, standing, act) or standing.most_alike > self._bounds.alike

    def _stop(self, before: State, standing: Standing, act: Act) -> None:
        if self._is_idle(before.standing, standing, act):
            self._possible.idle.add(act.path)
        else:
            self.found.beyond += 1
            before.is_cut = True

    def _is_idle(self, before: Standing, after: Standing, act: Act) -> bool:
        """Whether an event beside an activity was all that happened.

        It is not told on: whatever can happen after it can happen without it, for what is armed stays armed.
        """
        if not self._world.is_beside(act.element) or before.marks != after.marks:
            return False
        gone, come = before.differs(after)
        return not come and {path for path, _, _ in gone} == {act.path}

    # --- what is wrong

    def _tell_broken(self, state: State | None, step: Step, watch: Watch) -> None:
        for rule in watch.broken:
            self._tell(Breach("invariant", rule.id, rule.rule, rule.says, _story(state, step)))

    def _tell(self, breach: Breach) -> None:
        key = (breach.kind, breach.element, breach.problem)
        if key not in self._told:
            self._told.add(key)
            self.found.breaches.append(breach)

    def _endless(self) -> Iterator[Breach]:
        """The first of the standings from which no end comes, unless something outside ends the case."""
        back: dict[int, list[State]] = {}
        for state in self.states.values():
            for later in state.after:
                back.setdefault(id(later), []).append(state)
        waiting = [s for s in self.states.values() if s.resting.is_over or s.is_cut or s.resting.wrong]
        ending = {id(state) for state in waiting}
        while waiting:
            for earlier in back.get(id(waiting.pop()), ()):
                if id(earlier) not in ending:
                    ending.add(id(earlier))
                    waiting.append(earlier)
        for state in self.states.values():
            if id(state) not in ending:
                yield Breach("endless", state.step.act.element, "", NEVER_ENDS, state.story)
                return

    def _unreached(self) -> Iterator[Breach]:
        for element in self._world.material.nodes:
            if element not in self.found.reached:
                yield Breach("unreached", element, "", "No story comes to this element.")

    def _unmet(self) -> Iterator[Breach]:
        for pattern in self._world.rules.unmet():
            yield Breach("unmet", "", "", f"invariants.json speaks of “{pattern}”, but that never happens.")


def _story(before: State | None, step: Step) -> Story:
    return Story((*before.story.steps, step) if before is not None else (step,))

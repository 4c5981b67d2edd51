"""What can be done to a case that rests: a task, a message, the next of its timers."""

from collections.abc import Iterable, Iterator

from engine.exploration.imagined import Imagined
from engine.exploration.standing import Resting
from engine.exploration.stories import Act
from engine.exploration.timers import moment_of
from engine.exploration.world import World
from engine.spiff.workflow import Place, WaitingTimer


class Possible:
    """What can come next, as far as the diagrams say."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._moments = {text: moment_of(text, world.process.policy) for text in world.timers}
        # Timers beside an activity after which everything stands as before: nothing need wait for them.
        self.idle: set[str] = set()

    def acts(self, resting: Resting) -> Iterator[Act]:
        """Everything that can be done, each answer that makes a difference by itself."""
        nodes = self._world.material.nodes
        for what, places in (("task", resting.tasks), ("message", resting.listeners)):
            for place in _one_of_each(places):
                asked = self._world.flow.asked.get(place.element, ())
                for answers in self._world.flow.answers.together(asked, form=nodes[place.element].binding.form):
                    yield Act(what, place.element, place.path, place.item, tuple(answers.items()))
        for timer in sorted(resting.timers, key=self._number):
            if not any(self._is_before(other, timer) for other in resting.timers):
                yield Act("timer", timer.place.element, timer.place.path, timer.place.item)

    def _is_before(self, one: WaitingTimer, other: WaitingTimer) -> bool:
        # Only what began together counts from the same day.
        if one.place.path in self.idle or _around(one.place) != _around(other.place):
            return False
        first, second = self._moments.get(one.expression), self._moments.get(other.expression)
        return first is not None and second is not None and first.is_before(second)

    def _number(self, timer: WaitingTimer) -> int:
        moment = self._moments.get(timer.expression)
        return moment.number if moment is not None else 0


def perform(imagined: Imagined, act: Act) -> None:
    """Does one act to a case, which then goes on until it rests. Raises LookupError where nothing waits for it."""
    case, answers = imagined.case, dict(act.answers)
    match act.what:
        case "begin":
            imagined.saw("case", "", "begins")
        case "task":
            place = _place(case.user_tasks(), act)
            imagined.saw("task", act.element, "done", answers)
            case.complete(place.token, answers)
        case "message":
            place = _place(case.listeners(), act)
            imagined.saw("message", act.element, "", answers)
            case.hear(place.token, answers)
        case _:
            place = _place((timer.place for timer in case.timers()), act)
            imagined.saw("timer", act.element, "fires")
            case.fire(place.token)
    case.advance()


def rest(imagined: Imagined, before: Resting | None) -> Resting:
    """The case rests; what has come to wait since it rested before is seen."""
    resting = Resting.of(imagined.case)
    for kind, element, what in resting.new_since(before):
        imagined.saw(kind, element, what)
    if resting.is_over:
        imagined.saw("case", "", "ends")
    return resting


def _place(places: Iterable[Place], act: Act) -> Place:
    found = next((place for place in places if (place.path, place.item) == (act.path, act.item)), None)
    if found is None:
        raise LookupError(f"Nothing waits at {act.path}.")
    return found


def _one_of_each(places: Iterable[Place]) -> list[Place]:
    return list({(place.path, place.item): place for place in places}.values())


def _around(place: Place) -> str:
    return place.path.rpartition("/")[0]

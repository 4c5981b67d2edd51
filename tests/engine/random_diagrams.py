"""Diagrams drawn at random from what the checker accepts, to try the engine on shapes that nobody thought of."""

import random
from collections.abc import Callable

from engine.bundles import Bundle
from tests.engine.drawing import Drawing, Scope
from tests.engine.shapes import bundle_of

DEEPEST = 2
MOST_PARTS = 3


def random_bundle(seed: int) -> Bundle:
    """A bundle of one file, the same for the same seed."""
    drawing = Drawing()
    sketch = Sketch(drawing, random.Random(seed))  # noqa: S311 - an invented diagram
    sketch.process()
    return Bundle("shape", {**bundle_of().files, "shape.bpmn": drawing.content})


class Sketch:
    """Draws one process. Each kind of part is drawn after an element, and gives the element it ends with."""

    def __init__(self, drawing: Drawing, pick: random.Random) -> None:
        self._drawing, self._pick = drawing, pick
        self._count = 0
        self._depth = 0
        self._calls = 0

    def process(self) -> None:
        """The whole of it: what conditions ask about is set first."""
        scope = self._drawing.process()
        last = self._after(scope, scope.start("Begin"), scope.script("Prepare", "said = 'no'", "kind = 'none'"))
        last = self._parts(scope, last, in_loop=False)
        self._after(scope, last, scope.end("Finish"))
        self._drawing.close(scope)

    def _parts(self, scope: Scope, last: str, *, in_loop: bool) -> str:
        for _ in range(self._pick.randint(1, MOST_PARTS)):
            last = self._pick.choice(self._kinds(in_loop))(scope, last)
        return last

    def _kinds(self, in_loop: bool) -> list[Callable[[Scope, str], str]]:
        simple = [self._user, self._service, self._wait, self._hear, self._script]
        if self._depth >= DEEPEST:
            return simple
        several = [self._loop, self._listening, self._rearranged, self._guarded, self._each, self._each_inside]
        several += [self._choice, self._side_by_side]
        if not in_loop and self._calls == 0:
            several.append(self._call)
        return [*simple, *several, *several]

    # --- one element

    def _user(self, scope: Scope, last: str) -> str:
        return self._after(scope, last, scope.user(self._name("Ask")))

    def _service(self, scope: Scope, last: str) -> str:
        return self._after(scope, last, scope.service(self._name("Tell")))

    def _script(self, scope: Scope, last: str) -> str:
        return self._after(scope, last, scope.script(self._name("Set"), f"kind = 'k{self._count}'"))

    def _wait(self, scope: Scope, last: str) -> str:
        return self._after(scope, last, scope.wait(self._name("Wait")))

    def _hear(self, scope: Scope, last: str) -> str:
        name = self._name("Hear")
        return self._after(scope, last, scope.hear(name, f"News{self._count}"))

    # --- several

    def _choice(self, scope: Scope, last: str) -> str:
        other = self._name("Other")
        which = scope.exclusive(self._name("Which"), default=other)
        merged = scope.exclusive(self._name("Merged"))
        self._after(scope, last, which)
        self._after(scope, which, scope.user(other), merged)
        name = scope.service(self._name("Way"))
        scope.flow(which, name, when=self._condition())
        return self._after(scope, self._deeper(scope, name), merged)

    def _side_by_side(self, scope: Scope, last: str) -> str:
        """Branches in a subprocess, each to an end of its own; or with a join."""
        inner = scope.subprocess(self._name("Beside"))
        fork = inner.parallel(self._name("Fork"))
        self._after(inner, inner.start(self._name("Begins")), fork)
        joins = self._pick.random() < 0.5
        join = inner.parallel(self._name("Join")) if joins else ""
        for _ in range(self._pick.randint(2, 3)):
            branch = self._after(inner, fork, inner.user(self._name("Branch")))
            branch = self._deeper(inner, branch)
            self._after(inner, branch, join or inner.end(self._name("Done")))
        if joins:
            self._after(inner, join, inner.end(self._name("Done")))
        return self._after(scope, last, scope.close(inner))

    def _loop(self, scope: Scope, last: str) -> str:
        again = scope.exclusive(self._name("Again"))
        ask = scope.user(self._name("AskAgain"))
        self._after(scope, last, again, ask)
        end = self._deeper(scope, ask, in_loop=True)
        after = scope.service(self._name("Enough"))
        more = scope.exclusive(self._name("More"), default=after)
        self._after(scope, end, more, after)
        scope.flow(more, again, when=self._condition())
        return after

    def _guarded(self, scope: Scope, last: str) -> str:
        """A phase with a deadline beside it, and perhaps something that ends it."""
        inner = scope.subprocess(self._name("Phase"))
        begun = self._after(inner, inner.start(self._name("Begins")), inner.user(self._name("Work")))
        self._after(inner, self._deeper(inner, begun), inner.end(self._name("Over")))
        phase = self._after(scope, last, scope.close(inner))
        beside = scope.border(self._name("Late"), phase, date="start_of(weeks_after(2, opened_on()))", interrupts=False)
        self._after(scope, beside, scope.service(self._name("Remind")), scope.end(self._name("Reminded")))
        merged = scope.exclusive(self._name("Merged"))
        if self._pick.random() < 0.6:
            name = self._name("Stop")
            kinds = ({"message": f"Stopping{self._count}"}, {"date": "start_of(weeks_after(3, opened_on()))"})
            stop = scope.border(name, phase, **self._pick.choice(kinds))
            self._after(scope, stop, scope.service(self._name("Stopped")), merged)
        return self._after(scope, phase, merged)

    def _rearranged(self, scope: Scope, last: str) -> str:
        """A phase that begins anew when something in it says so."""
        code = f"moved{self._count}"
        enter = scope.exclusive(self._name("Enter"))
        inner = scope.subprocess(self._name("Arranged"))
        ask = self._after(inner, inner.start(self._name("Begins")), inner.user(self._name("Arrange")))
        kept = inner.end(self._name("Kept"))
        which = inner.exclusive(self._name("Moved"), default=kept)
        self._after(inner, self._deeper(inner, ask, in_loop=True), which, kept)
        moved = inner.end(self._name("MovedEnd"), event=code)
        inner.flow(which, moved, when=self._condition())
        phase = self._after(scope, last, enter, scope.close(inner))
        border = scope.border(self._name("MovedAgain"), phase, escalation=code)
        self._after(scope, border, scope.service(self._name("Cancel")), enter)
        return phase

    def _listening(self, scope: Scope, last: str) -> str:
        """A phase with a branch that listens again and again until the main one is over."""
        inner = scope.subprocess(self._name("Notice"))
        fork = inner.parallel(self._name("Fork"))
        main = self._after(inner, inner.start(self._name("Begins")), fork, inner.user(self._name("Main")))
        self._after(inner, self._deeper(inner, main), inner.end(self._name("NoticeOver"), event="terminate"))
        listen, hear = inner.exclusive(self._name("Listen")), self._name("HearAgain")
        inner.hear(hear, f"Reply{self._count}")
        on = inner.parallel(self._name("AndOn"))
        self._after(inner, fork, listen, hear, on, listen)
        self._after(inner, on, inner.user(self._name("Decide")), inner.end(self._name("Decided")))
        return self._after(scope, last, scope.close(inner))

    def _each(self, scope: Scope, last: str) -> str:
        names, collection, item = self._list(scope)
        draw = self._pick.choice((scope.user, scope.service))
        step = draw(self._name("Each"), each_of=collection, item=item, one_by_one=self._pick.random() < 0.5)
        return self._after(scope, last, names, step)

    def _each_inside(self, scope: Scope, last: str) -> str:
        names, collection, item = self._list(scope)
        inner = scope.subprocess(
            self._name("ForEach"), each_of=collection, item=item, one_by_one=self._pick.random() < 0.5
        )
        asked = self._after(inner, inner.start(self._name("Begins")), inner.user(self._name("Work")))
        self._after(inner, self._deeper(inner, asked), inner.end(self._name("Done")))
        return self._after(scope, last, names, scope.close(inner))

    def _call(self, scope: Scope, last: str) -> str:
        self._calls += 1
        called = self._drawing.process("part", takes="kind", gives="said")
        first = self._after(called, called.start("PartBegins"), called.script("PartPrepare", "said = 'no'"))
        self._after(called, self._deeper(called, first), called.end("PartOver"))
        self._drawing.close(called)
        once = self._after(scope, last, scope.call(self._name("Call"), "part"))
        return self._after(scope, once, scope.call(self._name("Call"), "part"))

    # --- what they share

    def _deeper(self, scope: Scope, last: str, *, in_loop: bool = False) -> str:
        self._depth += 1
        last = self._parts(scope, last, in_loop=in_loop or self._calls > 0)
        self._depth -= 1
        return last

    def _list(self, scope: Scope) -> tuple[str, str, str]:
        """A service that sets a list, with the list's name and that of one item."""
        name = self._name("List")
        collection = f"people{self._count}"
        return scope.service(name, handler="shape.list", result=collection), collection, f"person{self._count}"

    def _condition(self) -> str:
        return self._pick.choice(("said == 'yes'", f"is_big('this{self._count}')", f"not is_big('that{self._count}')"))

    def _name(self, word: str) -> str:
        self._count += 1
        return f"{word}{self._count}"

    @staticmethod
    def _after(scope: Scope, *names: str) -> str:
        """Draws arrows through these elements, and gives the last."""
        scope.flow(*names)
        return names[-1]

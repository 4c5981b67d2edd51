"""A share of what `make fuzz` tries."""

import time

import pytest

from tests.fuzz_inputs import running
from tests.fuzz_inputs.running import Broken, fuzz
from tests.fuzz_inputs.targets import TARGETS, Target

SHARE = 100  # of the whole


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_comes_in_breaks_anything_or_takes_long(name: str) -> None:
    count = TARGETS[name].share // SHARE

    assert sum(1 for _ in fuzz(name, count, first=1_000_000)) == count


def _go_on_for(seconds: float) -> None:
    begins = time.thread_time()
    while time.thread_time() - begins < seconds:
        pass


@pytest.mark.parametrize(
    ("take", "words"),
    [
        (lambda _: 1 / 0, "ZeroDivisionError"),
        (lambda _: _go_on_for(0.4), "took"),
        (lambda _: b"x" * 200_000_000, "MB"),
    ],
)
def test_the_fuzzers_see_what_breaks_takes_long_or_takes_much(
    monkeypatch: pytest.MonkeyPatch, take: object, words: str
) -> None:
    monkeypatch.setitem(running.TARGETS, "bad", Target(1, lambda _: None, take, ()))  # type: ignore[arg-type]

    with pytest.raises(Broken, match=words):
        list(fuzz("bad", 1))

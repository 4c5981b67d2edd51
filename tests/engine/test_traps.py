"""What the library does wrongly with a diagram as it is delivered, and what ours does with the very same diagram."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from SpiffWorkflow.bpmn.util.task import BpmnTaskIterator
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskIterator

from engine.registry import Refusal
from engine.spiff.workflow import TokenGone
from tests.engine.steps import Letters, Run
from tests.engine.stock import do, send, stock, waiting

PAST, LATER = "2026-01-02T00:00:00+00:00", "2026-01-03T00:00:00+00:00"


@pytest.fixture
def as_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own limits, which ours lifts for the whole process."""
    monkeypatch.setattr(TaskIterator.__init__, "__defaults__", (None, 1000, True, None))
    monkeypatch.setattr(BpmnTaskIterator.__init__, "__defaults__", (None, 1000, True, False, None))


class TestTrap3LongCases:
    @pytest.mark.usefixtures("as_delivered")
    def test_stock_is_deaf_in_the_251st_round(self) -> None:
        workflow = stock("traps/deep_loop")
        workflow.do_engine_steps()
        for round_ in range(250):
            send(workflow, "Complaint", about=round_)

        with pytest.raises(WorkflowException, match="not waiting for Complaint"):
            send(workflow, "Complaint", about="once more")

    def test_ours_still_hears_and_still_ends(self) -> None:
        run = Run("traps/deep_loop").advance()
        for round_ in range(300):
            run.hear("Hear", about=round_)

        run.restart()
        run.hear("Hear", about="once more")
        run.do("Ask")

        assert run.workflow.is_over
        assert not list(run.workflow.listeners())

    def test_ours_enters_a_guarded_step_again_beyond_depth_1000(self) -> None:
        run = Run("traps/deep_border").advance()
        for _ in range(260):
            run.do("Ask")

        run.restart()
        run.do("Ask")

        assert (len(run.tasks("Ask")), len(list(run.workflow.timers()))) == (1, 1)


class TestTrap6Timers:
    def test_stock_fires_a_timer_only_by_the_clock_and_then_stops(self) -> None:
        letters = Letters()

        def soon() -> str:
            return (datetime.now(UTC) + timedelta(milliseconds=300)).isoformat()

        workflow = stock("traps/timer", letters.functions | {"soon": soon})
        workflow.do_engine_steps()
        time.sleep(0.4)

        workflow.do_engine_steps()
        assert letters.sent == 0
        workflow.do_engine_steps()
        assert letters.sent == 1

    def test_ours_fires_when_it_is_told_and_goes_on_at_once(self) -> None:
        letters = Letters()
        run = Run("traps/timer", letters.functions | {"soon": lambda: PAST}).advance()
        assert letters.sent == 0

        run.fire("Wait")

        assert letters.sent == 1
        assert run.workflow.is_over


class TestTrap9aStraightBack:
    def test_stock_hangs_after_one_round_and_repeats_after_two(self) -> None:
        letters = Letters()
        workflow = stock("traps/straight_back", letters.functions)
        workflow.do_engine_steps()
        for moved in (True, False):
            waiting(workflow, "Ask")[0].data["moved"] = moved
            do(workflow, "Ask")
        send(workflow, "Complaint")
        assert not workflow.is_completed()

        letters = Letters()
        workflow = stock("traps/straight_back", letters.functions)
        workflow.do_engine_steps()
        for moved in (True, True, False):
            waiting(workflow, "Ask")[0].data["moved"] = moved
            do(workflow, "Ask")
        send(workflow, "Complaint")
        assert letters.sent == 2

    @pytest.mark.parametrize("rounds", [0, 1, 2, 5])
    def test_ours_goes_on_once_however_often_it_went_back(self, rounds: int) -> None:
        letters = Letters()
        run = Run("traps/straight_back", letters.functions).advance()
        for _ in range(rounds):
            run.do("Ask", moved=True)
            run.restart()

        run.do("Ask", moved=False)
        run.hear("Hear")

        assert run.workflow.is_over
        assert letters.sent == 1


class TestTrap9bEscalations:
    def test_stock_interrupts_the_sibling_too(self) -> None:
        letters = Letters()
        workflow = stock("traps/siblings", letters.functions)
        workflow.do_engine_steps()

        do(workflow, "AskFirst")

        assert letters.sent == 2
        assert waiting(workflow, "AskSecond") == []

    def test_ours_interrupts_only_what_is_around_it(self) -> None:
        letters = Letters()
        run = Run("traps/siblings", letters.functions).advance()
        run.restart()

        run.do("AskFirst")

        assert letters.sent == 1
        assert [place.element for place in run.tasks()] == ["AskSecond"]

    def test_stock_keeps_what_nobody_caught_and_ours_does_not(self) -> None:
        workflow = stock("traps/uncaught")
        workflow.do_engine_steps()
        do(workflow, "Ask")
        assert len(workflow.bpmn_events) == 1

        run = Run("traps/uncaught").advance()
        run.do("Ask")
        assert run.workflow._workflow.bpmn_events == []
        assert [place.element for place in run.tasks()] == ["Read"]

    def test_ours_hands_a_refusal_to_the_border_of_the_step_that_refused(self) -> None:
        def refuse() -> None:
            raise Refusal("full", "There is no room.")

        run = Run("traps/service_refuses", services={"Tell": refuse}).advance()

        assert sorted(place.element for place in run.tasks()) == ["Ask", "Read"]


class TestTrap9dCancelledSteps:
    def test_stock_sends_the_letter_of_a_cancelled_step(self) -> None:
        letters = Letters()
        workflow = stock("traps/cancelled_in_the_same_pass", letters.functions)
        workflow.do_engine_steps()

        assert letters.sent == 1

    def test_ours_does_not(self) -> None:
        letters = Letters()
        run = Run("traps/cancelled_in_the_same_pass", letters.functions).advance()

        assert letters.sent == 0
        assert run.workflow.is_over

    def test_stock_runs_what_an_earlier_timer_should_have_interrupted(self) -> None:
        letters = Letters()
        workflow = stock("traps/due_together", letters.functions)
        workflow.do_engine_steps()
        workflow.do_engine_steps()

        assert letters.sent == 1

    def test_ours_fires_the_earlier_timer_first_and_the_later_is_gone(self) -> None:
        letters = Letters()
        run = Run("traps/due_together", letters.functions).advance()
        sooner, later = sorted(run.workflow.timers(), key=lambda timer: timer.due)
        assert (sooner.due, later.due) == (PAST, LATER)

        run.fire(sooner.place.element)

        assert letters.sent == 0
        with pytest.raises(TokenGone):
            run.workflow.fire(later.place.token)

"""What the library does wrongly with messages, errors and lists as it is delivered, and what ours does."""

import pytest
from SpiffWorkflow.bpmn.exceptions import WorkflowDataException, WorkflowTaskException
from SpiffWorkflow.exceptions import WorkflowException

from engine.spiff.instances import NobodyToDoItFor
from tests.engine.steps import Letters, Run
from tests.engine.stock import do, send, stock, waiting

PAST, LATER = "2026-01-02T00:00:00+00:00", "2026-01-03T00:00:00+00:00"


class TestTrap11Messages:
    def test_stock_hands_one_message_to_everybody_who_waits(self) -> None:
        workflow = stock("traps/two_receivers")
        workflow.do_engine_steps()

        send(workflow, "Complaint", about="Ada")

        assert len(waiting(workflow, "Answer")) == 2

    def test_ours_hands_it_to_the_one_that_is_meant(self) -> None:
        run = Run("traps/two_receivers").advance()

        run.hear("Hear", about="Ada")

        assert [place.path for place in run.tasks()] == ["Each[Ada]/Answer"]
        assert [place.path for place in run.workflow.listeners()] == ["Each[Ben]/Hear"]

    def test_stock_refuses_a_message_that_comes_too_early(self) -> None:
        with pytest.raises(WorkflowException, match="not waiting for Complaint"):
            send(stock("traps/two_receivers"), "Complaint")

    def test_ours_brings_in_only_what_the_message_is_allowed_to_carry(self) -> None:
        run = Run("traps/two_receivers").advance()

        run.hear("Hear", about="Ada")

        assert run.tasks("Answer")[0].data == {"people": ["Ada", "Ben"], "person": "Ada", "about": "Ada"}


def printer_burns() -> str:
    raise OSError(2, "the printer burns")


class TestTrap12Errors:
    def test_stock_says_something_else(self) -> None:
        workflow = stock("traps/failing_fact", {"look": printer_burns})
        workflow.do_engine_steps()
        (task,) = waiting(workflow, "Ask")

        with pytest.raises(NameError, match="'script'"):
            workflow.script_engine.call_service(task)
        with pytest.raises(TypeError, match="can only concatenate"):
            do(workflow, "Ask")

    def test_ours_says_what_happened(self) -> None:
        run = Run("traps/failing_fact", {"look": printer_burns}).advance()

        with pytest.raises(OSError, match="the printer burns"):
            run.do("Ask")

    def test_ours_says_what_happened_in_a_service(self) -> None:
        run = Run("traps/service_refuses", services={"Tell": printer_burns})

        with pytest.raises(OSError, match="the printer burns"):
            run.advance()


class TestTrap13HalfChanged:
    def test_stock_has_lost_the_task_and_never_goes_on(self) -> None:
        workflow = stock("traps/failing_timer", {"look": printer_burns})
        workflow.do_engine_steps()

        with pytest.raises(WorkflowTaskException):
            do(workflow, "Ask")

        workflow.script_engine.environment.globals["look"] = lambda: PAST
        workflow.do_engine_steps()
        workflow.do_engine_steps()
        assert waiting(workflow, "Ask") == []
        assert waiting(workflow, "Read") == []

    def test_ours_is_thrown_away_and_what_was_saved_goes_on(self) -> None:
        moments: list[str] = []

        def look() -> str:
            return moments[0] if moments else printer_burns()

        run = Run("traps/failing_timer", {"look": look}).advance()
        saved = run.workflow.dump()

        with pytest.raises(OSError, match="the printer burns"):
            run.do("Ask")

        run.read_back(saved)
        moments.append(LATER)
        run.do("Ask")
        assert [timer.due for timer in run.workflow.timers()] == [LATER]


class TestTrap17aInstances:
    def test_stock_leaves_the_item_behind_and_fails_the_second_time(self) -> None:
        letters = Letters()
        workflow = stock("traps/each_twice", letters.functions)
        workflow.do_engine_steps()
        assert waiting(workflow, "Ask")[0].data["person"] == "Ben"

        with pytest.raises(WorkflowDataException, match="already exists"):
            do(workflow, "Ask")

    def test_ours_leaves_nothing_behind(self) -> None:
        letters = Letters()
        run = Run("traps/each_twice", letters.functions).advance()
        run.restart()
        run.do("Ask")

        assert letters.sent == 4
        assert run.tasks("Ask")[0].data == {"people": ["Ada", "Ben"]}

    def test_stock_breaks_at_the_second_of_a_sequence(self) -> None:
        letters = Letters()
        with pytest.raises(WorkflowDataException, match="already exists"):
            stock("traps/one_after_the_other", letters.functions).do_engine_steps()

    def test_ours_does_them_one_after_the_other(self) -> None:
        letters = Letters()
        run = Run("traps/one_after_the_other", letters.functions).advance()

        assert letters.sent == 3
        assert len(run.tasks("Ask")) == 1

    def test_stock_passes_over_an_empty_list(self) -> None:
        letters = Letters()
        workflow = stock("traps/nobody", letters.functions)
        workflow.do_engine_steps()

        assert len(waiting(workflow, "Ask")) == 1

    def test_ours_says_that_there_is_nobody(self) -> None:
        letters = Letters()
        with pytest.raises(NobodyToDoItFor, match="Tell: its list is empty"):
            Run("traps/nobody", letters.functions).advance()


class TestTrap18Reschedule:
    def test_a_moment_is_worked_out_once_and_again_only_on_request(self) -> None:
        moments = [PAST]
        run = Run("traps/reschedule", {"look": lambda: moments[0]}).advance()
        moments[0] = LATER
        run.restart()
        run.advance()
        (timer,) = run.workflow.timers()
        assert timer.due == PAST

        run.workflow.reschedule(timer.place.token)
        run.restart()

        (timer,) = run.workflow.timers()
        assert timer.due == LATER
        assert timer.trace == [{"function": "look", "arguments": [], "result": LATER}]

"""Nothing in a diagram reaches Python: not in a new case, not in a restored one, wherever it stands."""

import gc
from types import FunctionType, ModuleType
from typing import Any

import pytest
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment

from engine.decisions import DecisionError, read_decisions
from engine.expressions import Evaluator, ExpressionRefusedError
from engine.spiff.environment import FencedEngine
from tests.engine.shapes import DIAGRAMS
from tests.engine.steps import Run
from tests.engine.stock import stock

PLACES = sorted(path.stem for path in (DIAGRAMS / "traps").glob("python_in_*.bpmn"))
RUNNING = ["accepted/listening", "accepted/rearranging", "accepted/parallel_in_a_loop", "traps/two_receivers"]


def walk_through(run: Run, *, restarted: bool) -> None:
    """Lets everything in a tiny diagram be asked once."""
    if restarted:
        run.restart()
    run.advance()
    if restarted:
        run.restart()
    for listener in list(run.workflow.listeners()):
        run.hear(listener.element)
    for task in run.tasks():
        run.do(task.element)


@pytest.mark.parametrize("restarted", [False, True], ids=["new", "restored"])
@pytest.mark.parametrize("diagram", PLACES)
def test_python_is_refused_wherever_it_stands(diagram: str, restarted: bool) -> None:
    run = Run(f"traps/{diagram}")

    with pytest.raises(ExpressionRefusedError, match="__import__"):
        walk_through(run, restarted=restarted)


@pytest.mark.parametrize("cell", ["__import__('os').getcwd()", "not(__import__('os'))", "[1..__import__('os')]"])
@pytest.mark.parametrize("place", ["is_big('this')", "true", "'big'"])
def test_python_is_refused_in_every_cell_of_a_decision(place: str, cell: str) -> None:
    with pytest.raises(DecisionError):
        read_decisions(table_with(cell, instead_of=place))


def test_a_cell_reaches_no_function_of_python() -> None:
    decision = read_decisions(table_with("[1..open('x')]", instead_of="true"))["size"]

    with pytest.raises(ExpressionRefusedError, match="`open` is not a function"):
        decision.evaluate(Evaluator({"is_big": len}), {})


def table_with(cell: str, *, instead_of: str) -> bytes:
    table = (DIAGRAMS / "decisions" / "size.dmn").read_text()
    assert f"<text>{instead_of}</text>" in table
    return table.replace(f"<text>{instead_of}</text>", f"<text>{cell}</text>", 1).encode()


def test_the_librarys_own_engine_is_found_where_it_is() -> None:
    workflow = stock("accepted/rearranging")

    assert engines_reachable_from(workflow)


@pytest.mark.parametrize("diagram", RUNNING)
def test_the_librarys_own_engine_is_nowhere_in_a_case(diagram: str) -> None:
    run = Run(diagram)
    assert not engines_reachable_from(run.workflow)

    run.advance()
    assert not engines_reachable_from(run.workflow)

    run.restart()
    assert not engines_reachable_from(run.workflow)
    assert all(part.script_engine is run.workflow._workflow.script_engine for part in parts_of(run))


def parts_of(run: Run) -> list[Any]:
    return [run.workflow._workflow, *run.workflow._workflow.subprocesses.values()]


def engines_reachable_from(root: object) -> list[object]:
    """Script engines and environments that would evaluate Python, however deep in an object."""
    found, seen, waiting = [], set(), [root]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, ModuleType | type):
            continue
        seen.add(id(thing))
        if isinstance(thing, TaskDataEnvironment) or (
            isinstance(thing, PythonScriptEngine) and not isinstance(thing, FencedEngine)
        ):
            found.append(thing)
        if isinstance(thing, FunctionType):
            # Its globals are the module's, not the case's.
            waiting += [thing.__closure__, thing.__defaults__]
        else:
            waiting += gc.get_referents(thing)
    return found

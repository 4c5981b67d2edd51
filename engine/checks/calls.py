"""Processes that call each other: which is the entry, and what is handed over."""

from collections.abc import Iterator

from engine.bindings import BPMN
from engine.checks.diagram import Diagram, Scope, text_of
from engine.checks.finding import Finding
from engine.checks.material import Material, called_by, in_two
from engine.checks.names import inputs_of_process, outputs_of_process
from engine.expressions.names import why_not

HANDED = (("dataInput", "inputSet", "dataInputRefs"), ("dataOutput", "outputSet", "dataOutputRefs"))


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Calls of one file, and the processes in it that are called."""
    for scope in diagram.processes:
        yield from _declared(diagram, material, scope)
        if scope.id in material.called:
            yield from _called(diagram, material, scope)
        elif [*inputs_of_process(scope)]:
            problem = f"The process {scope.id} needs inputs, and nobody gives them where a case begins."
            yield Finding(diagram.file, scope.id, problem, "Leave them out, or call this process from another.")
    for node in diagram.nodes:
        if node.kind != "callActivity":
            continue
        if node.xml.find(f"{{{BPMN}}}ioSpecification") is not None:
            problem = "A call with inputs and outputs of its own would lose the case's data."
            yield Finding(
                diagram.file, node.id, problem, "Declare them in the called process (ioSpecification), not here."
            )
        called = material.processes.get(called_by(node))
        if called is None and not material.could_read_every(".bpmn"):
            continue
        if called is None:
            name = called_by(node)
            problem = f"There is no process {name} in this bundle." if name else "This call names no process."
            known = ", ".join(sorted(material.processes)) or "none"
            yield Finding(diagram.file, node.id, problem, f"Name one of: {known}.")
            continue
        for name in inputs_of_process(called):
            if not material.names.at(node).may_hold(name):
                problem = f"{called.id} needs the input {name}, but nothing sets it before this call."
                yield Finding(diagram.file, node.id, problem, f"Draw a script task before it, with a line: {name} = …")


def check_entry(material: Material) -> Iterator[Finding]:
    """Whether one process begins the case, and no process calls itself."""
    entries = [scope for name, scope in material.processes.items() if name not in material.called]
    for scope in material.processes.values():
        if scope.id in _reached(material, scope):
            problem = f"The process {scope.id} calls itself, directly or through others."
            yield Finding(scope.file, scope.id, problem, "Draw a loop inside the process instead.")
    if len(entries) > 1 and material.could_read_every(".bpmn"):
        names = ", ".join(scope.id for scope in entries)
        problem = f"{len(entries)} processes are called by no other: {names}."
        yield Finding(
            entries[-1].file, entries[-1].id, problem, "Exactly one begins the case; call the others from it."
        )


def _declared(diagram: Diagram, material: Material, scope: Scope) -> Iterator[Finding]:
    """What a process hands in and out must have names, and be declared where it is listed."""
    specification = scope.xml.find(f"{{{BPMN}}}ioSpecification")
    for kind, group, listed in HANDED:
        if specification is None:
            return
        names = {str(xml.get("id", "")) for xml in specification.iterfind(f"{{{BPMN}}}{kind}")}
        for name in sorted(names):
            if why := why_not(name, material.functions):
                yield Finding(diagram.file, scope.id, *in_two(why))
        for reference in specification.iterfind(f"{{{BPMN}}}{group}/{{{BPMN}}}{listed}"):
            if text_of(reference) not in names:
                problem = f"{text_of(reference) or 'An empty name'} is listed in the {group}, but not declared."
                yield Finding(diagram.file, scope.id, problem, f"Declare it as a {kind}, or take it off the list.")


def _called(diagram: Diagram, material: Material, scope: Scope) -> Iterator[Finding]:
    specification = scope.xml.find(f"{{{BPMN}}}ioSpecification")
    inputs, outputs = [*inputs_of_process(scope)], [*outputs_of_process(scope)]
    for group in ("inputSet", "outputSet"):
        if specification is not None and len(specification.findall(f"{{{BPMN}}}{group}")) > 1:
            problem = f"The called process {scope.id} has more than one {group}, of which any would do."
            yield Finding(diagram.file, scope.id, problem, "Draw one: everything in it is handed over.")
    for declared in () if specification is None else specification:
        name = str(declared.get("id", ""))
        if declared.tag in (f"{{{BPMN}}}dataInput", f"{{{BPMN}}}dataOutput"):
            if declared.get("name", name) != name:
                problem = f"The id {name!r} and the name {declared.get('name')!r} of an input or output differ."
                yield Finding(diagram.file, scope.id, problem, "The id is the variable's name: make them equal.")
            if name not in (*inputs, *outputs):
                problem = f"{name or 'An input or output'} is declared, but in no inputSet or outputSet."
                yield Finding(diagram.file, scope.id, problem, "List it in the set, or remove it.")
    given = material.names.set_in(scope)
    for name in outputs:
        if name not in inputs and not given.may_hold(name):
            problem = f"The called process {scope.id} gives back {name}, but nothing in it sets it."
            yield Finding(diagram.file, scope.id, problem, f"Set {name} before the process ends, or do not declare it.")


def _reached(material: Material, scope: Scope) -> set[str]:
    """The processes that a process calls, directly or through others."""
    calls: dict[str, set[str]] = {}
    for node in material.calls:
        calls.setdefault(node.scope.process.id, set()).add(called_by(node))
    reached: set[str] = set()
    waiting = [*calls.get(scope.id, ())]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += calls.get(name, ())
    return reached

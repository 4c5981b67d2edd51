"""Steps that are done once for each of a list: where the list comes from, and where results go."""

import ast
from collections.abc import Iterator

from lxml import etree

from engine.bindings import BPMN
from engine.checks.diagram import Diagram, Node, Repetition, Scope, plain, text_of
from engine.checks.finding import Finding
from engine.checks.material import Material, called_by
from engine.checks.names import assigned, outputs_of_process
from engine.checks.paths import Paths
from engine.expressions.names import why_not
from engine.spiff.instances import MOST_INSTANCES

LONGEST_LITERAL = 100  # characters


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:
    """Lists that no service has set just before, and outputs that are not emptied."""
    for node in diagram.nodes:
        repetition = node.repetition
        if repetition is not None:
            yield from _repetition(diagram, material, node, repetition)
            yield from _thrown(diagram, node)
        if node.loop is not None:
            yield from _loop(diagram, node, node.loop)


def _loop(diagram: Diagram, node: Node, loop: etree._Element) -> Iterator[Finding]:
    if node.repetition is not None:
        problem = "This step is a loop and done for each of a list, and BPMN 2.0 allows only one of them."
        yield Finding(diagram.file, node.id, problem, "Put one of them into a subprocess of the other.")
    most = str(loop.get("loopMaximum", "")).strip()
    if not text_of(loop.find(f"{{{BPMN}}}loopCondition")) and not most:
        problem = "This step is to be done again and again, and nothing says for how long."
        yield Finding(diagram.file, node.id, problem, "Write the loop's condition, or how many times at most.")
    if not most and literal(text_of(loop.find(f"{{{BPMN}}}loopCondition"))) is True:
        problem = "This step is done again and again for ever: its condition always holds."
        yield Finding(diagram.file, node.id, problem, "Write a condition that changes, or how many times at most.")
    if most and not most.lstrip("+").isdecimal():
        problem = f"This step is to be done at most {most} times."
        yield Finding(diagram.file, node.id, problem, "Write a whole number that is not below zero.")


def literal(text: str) -> object:
    """The value of an expression that says it itself, None for any other."""
    if len(text) > LONGEST_LITERAL:
        return None
    try:
        return ast.literal_eval(plain(text))
    except (ValueError, SyntaxError, TypeError):
        return None


def _thrown(diagram: Diagram, node: Node) -> Iterator[Finding]:
    """The event that instances throw must be there, and of a kind that can be thrown."""
    xml = node.xml.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    for behaviour, attribute in (("None", "noneBehaviorEventRef"), ("One", "oneBehaviorEventRef")):
        name = str(xml.get(attribute, ""))
        if xml.get("behavior", "All").strip() != behaviour:
            if name:
                problem = f"It names {attribute}, but its behaviour is not {behaviour}, so nothing would be thrown."
                yield Finding(diagram.file, node.id, problem, f'Write behavior="{behaviour}", or leave it out.')
            continue
        tags = ("signalEventDefinition", "escalationEventDefinition")
        found = [x for kind in tags for x in diagram.root.iterfind(f"{{{BPMN}}}{kind}") if name and x.get("id") == name]
        if not found:
            problem = f"The event that its instances throw ({attribute}) is no signal or escalation of this file."
            advice = "Name a signalEventDefinition or escalationEventDefinition beside the processes."
            yield Finding(diagram.file, node.id, problem, advice)
        for definition in found:
            if not _names_what_it_throws(diagram, definition):
                problem = f"The event definition {name} names nothing that could be caught."
                advice = "Let it refer to a signal with a name, or to an escalation with a code."
                yield Finding(diagram.file, node.id, problem, advice)


def _names_what_it_throws(diagram: Diagram, definition: etree._Element) -> bool:
    for kind, reference, needed in (("signal", "signalRef", "name"), ("escalation", "escalationRef", "escalationCode")):
        for xml in diagram.root.iterfind(f"{{{BPMN}}}{kind}"):
            if xml.get("id") == definition.get(reference) and xml.get(needed):
                return True
    return False


def _repetition(diagram: Diagram, material: Material, node: Node, repetition: Repetition) -> Iterator[Finding]:
    if repetition.times:
        if (number := literal(repetition.times)) is not None and number not in range(MOST_INSTANCES + 1):
            problem = f"It is to be done {number} times."
            yield Finding(diagram.file, node.id, problem, f"Write a whole number from 0 to {MOST_INSTANCES}.")
        if repetition.collection or repetition.item:
            problem = "It says both how many times it is done and for each of which list."
            yield Finding(diagram.file, node.id, problem, "Leave one of them out.")
    else:
        yield from _list(diagram, material, node, repetition)
    if node.kind in ("serviceTask", "businessRuleTask") and node.binding.result and not repetition.output:
        problem = f"Each instance sets {node.binding.result}, but nothing collects it, so it is lost."
        advice = "Name the list that collects it (outputCollection, outputElement), or remove the result."
        yield Finding(diagram.file, node.id, problem, advice)
    if repetition.output or repetition.output_item:
        yield from _output(diagram, material, node, repetition)


def _list(diagram: Diagram, material: Material, node: Node, repetition: Repetition) -> Iterator[Finding]:
    for word, name in (("list", repetition.collection), ("item", repetition.item)):
        if not name:
            advice = "Write the name of the list, and of one item of it."
            yield Finding(diagram.file, node.id, f"This step is done for each of a list, but names no {word}.", advice)
        elif why := why_not(name, material.functions):
            advice = f"The {word} is a plain name: a service sets the list, and the step gets each item."
            yield Finding(diagram.file, node.id, why.partition(". ")[0] + ".", advice)
    by_service = not material.is_plain  # nothing in a plain diagram is a service
    if repetition.collection and not _is_set(material, node, repetition.collection, by_service=by_service):
        problem = (
            f"No service sets the list {repetition.collection} on every way to this step, after each way back too."
        )
        advice = f"Draw a service task before it, with the property result = {repetition.collection}."
        yield Finding(diagram.file, node.id, problem, advice)
    if repetition.item and repetition.item in material.names.before(node).known:
        problem = f"The item {repetition.item} has the name of something that is set before."
        yield Finding(diagram.file, node.id, problem, "Give the item a name of its own.")


def _output(diagram: Diagram, material: Material, node: Node, repetition: Repetition) -> Iterator[Finding]:
    if not (repetition.output and repetition.output_item):
        advice = "Name both: the list that collects, and what each instance gives."
        yield Finding(diagram.file, node.id, "It names only one half of what it collects.", advice)
        return
    if not _is_set(material, node, repetition.output, by_service=False):
        problem = f"The list {repetition.output} is not emptied on every way to this step, after each way back too."
        advice = f"Draw a script task before it, with the line: {repetition.output} = []"
        yield Finding(diagram.file, node.id, problem, advice)
    given = material.names.set_by_one(node)
    if repetition.output_item not in given.known and not given.open:
        problem = f"Not every instance sets {repetition.output_item}, which is to be collected."
        advice = f"Set it in each: for a service the property result = {repetition.output_item}."
        yield Finding(diagram.file, node.id, problem, advice)


def _is_set(material: Material, node: Node, name: str, *, by_service: bool) -> bool:
    """Whether a name is set on every way to a node, in its own subprocess or in those around it."""
    scope = node.scope
    setters = {other.id for other in scope.nodes.values() if _sets(material, other, name, by_service=by_service)}
    paths = Paths(scope)
    if paths.loops(node, without=setters):
        return False
    if node.id not in paths.from_start(without=setters):
        return True
    return scope.parent is not None and _is_set(material, scope.parent, name, by_service=by_service)


def _sets(material: Material, node: Node, name: str, *, by_service: bool) -> bool:
    if node.repetition is not None:
        return False
    if node.kind == "serviceTask":
        return node.binding.result == name
    if node.kind == "scriptTask":
        return not by_service and name in assigned(node)
    if node.kind == "callActivity":
        called = material.processes.get(called_by(node))
        return called is not None and name in outputs_of_process(called)
    inner = material.diagrams[node.scope.file].within(node)
    return inner is not None and _always_sets(material, inner, name, by_service=by_service)


def _always_sets(material: Material, scope: Scope, name: str, *, by_service: bool) -> bool:
    setters = {other.id for other in scope.nodes.values() if _sets(material, other, name, by_service=by_service)}
    reached = Paths(scope).from_start(without=setters)
    ends = [
        node for node in scope.nodes.values() if node.kind == "endEvent" and node.event not in ("escalation", "error")
    ]
    return not any(node.id in reached for node in ends)

"""Extensions of BPMN that other tools write: which of them say something to an engine, and which are read here."""

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bindings import BPMN, ZEEBE
from engine.checks.diagram import Diagram, named, tag
from engine.checks.finding import Finding
from engine.checks.material import Material
from engine.normal_form import DRAWING

EXTENSIONS = f"{{{BPMN}}}extensionElements"
# Colours, versions of tools, remarks: nothing in these namespaces is for an engine.
MEANINGLESS = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI", "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI", "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0", "http://bpmn.io/schema/bpmn", "http://camunda.org/schema/modeler/1.0",
        "http://www.signavio.com", "http://www.signavio.com/schema/bpmn", "http://bpmn.sourceforge.net",
        "http://www.trisotech.com/2014/triso/bpmn", "http://www.w3.org/2001/XMLSchema-instance",
    }
)  # fmt: skip
OF_XML = frozenset({f"{{http://www.w3.org/XML/1998/namespace}}{name}" for name in ("lang", "space", "base")})
CAMUNDA_7 = "http://camunda.org/schema/1.0/bpmn"
# What of an engine's own namespace means nothing to this one and would mean nothing to that one either.
HARMLESS: Mapping[str, frozenset[str]] = {
    CAMUNDA_7: frozenset(
        {
            "diagramRelationId", "historyTimeToLive", "isStartableInTasklist", "modelerTemplate",
            "modelerTemplateVersion", "modelerTemplateIcon", "versionTag", "properties", "property",
        }
    ),
    "http://www.jboss.org/drools": frozenset({"metaData", "metaValue", "packageName", "version"}),
    ZEEBE: frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "versionTag", "userTask"}),
}  # fmt: skip
# What is read of zeebe, by element: its attributes.
READ: Mapping[str, frozenset[str]] = {
    "taskDefinition": frozenset({"type"}),
    "properties": frozenset(),
    "property": frozenset({"name", "value"}),
    "formDefinition": frozenset({"formId"}),
    "assignmentDefinition": frozenset({"candidateGroups"}),
    "taskSchedule": frozenset({"dueDate"}),
    "calledDecision": frozenset({"decisionId", "resultVariable"}),
    "subscription": frozenset({"correlationKey"}),
    "loopCharacteristics": frozenset({"inputCollection", "inputElement", "outputCollection", "outputElement"}),
}
# Of which elements; the others are read wherever they stand.
ONLY_OF: Mapping[str, frozenset[str]] = {
    "taskDefinition": frozenset({"serviceTask"}),
    "formDefinition": frozenset({"userTask"}),
    "assignmentDefinition": frozenset({"userTask"}),
    "taskSchedule": frozenset({"userTask"}),
    "calledDecision": frozenset({"businessRuleTask"}),
    "subscription": frozenset({"message"}),
    "loopCharacteristics": frozenset({"multiInstanceLoopCharacteristics"}),
}
ADVICE: Mapping[str, str] = {
    "ioMapping": "Write inputs as properties, and name a service's result in its property `result`.",
    "script": "Write the lines in a script task.",
    "calledElement": "Name the process in the call activity's calledElement.",
    "executionListener": "Draw a step.",
    "taskListener": "Draw a step.",
    "adHoc": "Draw an ordinary subprocess.",
    "conditionalFilter": "Draw an exclusive gateway.",
    "assignee": "Write the groups who may do it as candidateGroups.",
    "candidateUsers": "Write the groups who may do it as candidateGroups.",
    "candidateGroups": "Write them in zeebe:assignmentDefinition.",
    "formKey": "Name a form of the bundle in zeebe:formDefinition formId.",
    "formData": "Write a form of the bundle, and name it in zeebe:formDefinition formId.",
    "class": "Name a handler in zeebe:taskDefinition type.",
    "delegateExpression": "Name a handler in zeebe:taskDefinition type.",
    "expression": "Name a handler in zeebe:taskDefinition type.",
    "topic": "Name a handler in zeebe:taskDefinition type.",
    "type": "Name a handler in zeebe:taskDefinition type.",
    "inputOutput": "Write inputs as properties, and name a service's result in its property `result`.",
    "asyncBefore": "Leave it out: every act of a person is one transaction.",
    "asyncAfter": "Leave it out: every act of a person is one transaction.",
    "retries": "Leave it out: what fails becomes an incident that can be retried.",
    "decisionRef": "Name the table in zeebe:calledDecision decisionId.",
    "resultVariable": "Name it in zeebe:calledDecision, or as the property `result`.",
}
OTHERWISE = "Leave it out, or draw what it is to do."


def check(diagram: Diagram, material: Material) -> Iterator[Finding]:  # noqa: ARG001 - every check is called alike
    """Extensions that another engine would act on, and this one does not."""
    waiting = [diagram.raw]
    while waiting:
        xml = waiting.pop()
        if not isinstance(xml.tag, str) or xml.tag.startswith(f"{{{DRAWING}}}"):
            continue
        if tag(xml) or _is_read(xml):
            yield from _attributes(diagram, xml)
            yield from _place(diagram, xml)
            waiting += reversed(xml)
        elif not _means_nothing(xml.tag):
            yield from _element(diagram, xml)


def _place(diagram: Diagram, xml: etree._Element) -> Iterator[Finding]:
    name = etree.QName(xml).localname
    holder = xml.getparent()
    if tag(xml) or name not in ONLY_OF or holder is None or holder.tag != EXTENSIONS:
        return
    if tag(holder.getparent()) not in ONLY_OF[name]:
        problem = f"This engine reads zeebe:{name} only of {' and '.join(sorted(ONLY_OF[name]))}."
        yield Finding(diagram.file, named(xml), problem, OTHERWISE)


def _element(diagram: Diagram, xml: etree._Element) -> Iterator[Finding]:
    name = etree.QName(xml)
    if name.namespace == ZEEBE:
        problem = f"This engine does not read zeebe:{name.localname}."
    elif xml.getparent() is not None and tag(xml.getparent()) == "documentation":
        return  # a text may be marked up
    else:
        problem = f"This engine does not know the extension {_prefixed(xml, xml.tag)}, and would leave it out."
    yield Finding(diagram.file, named(xml), problem, ADVICE.get(name.localname, OTHERWISE))


def _attributes(diagram: Diagram, xml: etree._Element) -> Iterator[Finding]:
    own = READ.get(etree.QName(xml).localname, frozenset()) if not tag(xml) else None
    for name, value in xml.attrib.items():
        local = etree.QName(name).localname
        if own is not None and not name.startswith("{"):
            if local not in own and value.strip():
                problem = f"This engine does not read {local} of zeebe:{etree.QName(xml).localname}."
                yield Finding(diagram.file, named(xml), problem, ADVICE.get(local, OTHERWISE))
        elif name.startswith("{") and name not in OF_XML and not _means_nothing(name) and not _is_off(local, value):
            problem = f"This engine does not know the extension {_prefixed(xml, name)}, and would leave it out."
            yield Finding(diagram.file, named(xml), problem, ADVICE.get(local, OTHERWISE))


def _is_read(xml: etree._Element) -> bool:
    name = etree.QName(xml)
    return name.namespace == ZEEBE and name.localname in READ


def _means_nothing(name: str) -> bool:
    found = etree.QName(name)
    return found.namespace in MEANINGLESS or found.localname in HARMLESS.get(str(found.namespace), frozenset())


def _is_off(local: str, value: str) -> bool:
    """`asyncBefore="false"` asks for nothing."""
    return local in ("asyncBefore", "asyncAfter") and value.strip() == "false"


def _prefixed(xml: etree._Element, name: str) -> str:
    found = etree.QName(name)
    prefix = next((prefix for prefix, uri in xml.nsmap.items() if uri == found.namespace and prefix), "")
    return f"{prefix}:{found.localname}" if prefix else found.localname

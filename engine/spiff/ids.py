"""Ids of a diagram that the library gives to tasks of its own: it would take one for the other."""

import re

from lxml import etree
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec

from engine.bindings import BPMN

ITS_OWN = re.compile(
    r"Root|Start|End|StartEventSplit|StartEventJoin|.* \[child\]|"
    r".*\.(EndJoin|BoundaryEventSplit|BoundaryEventJoin|ways?)"
)
REFERRING = ("id", "sourceRef", "targetRef", "attachedToRef")


def keep_apart(root: etree._Element) -> dict[str, str]:
    """Renames such elements of a file, and gives the ids they had by those they have now."""
    every = {str(xml.get("id")) for xml in root.iter() if xml.get("id") and xml.tag != f"{{{BPMN}}}process"}
    renamed: dict[str, str] = {}
    for name in sorted(name for name in every if ITS_OWN.fullmatch(name)):
        other = f"{name}_"
        while other in every or ITS_OWN.fullmatch(other):
            other += "_"
        every.add(other)
        renamed[other] = name
    if renamed:
        others = {name: other for other, name in renamed.items()}
        for xml in root.iter(f"{{{BPMN}}}*"):
            if xml.tag == f"{{{BPMN}}}process":
                continue
            for attribute in REFERRING:
                if xml.get(attribute) in others:
                    xml.set(attribute, others[str(xml.get(attribute))])
    return renamed


def give_back(specification: BpmnProcessSpec, renamed: dict[str, str]) -> None:
    """Lets the elements of a specification be known by the ids that their diagram gives them."""
    for task_spec in specification.task_specs.values():
        if task_spec.bpmn_id in renamed:
            task_spec.bpmn_id = renamed[task_spec.bpmn_id]

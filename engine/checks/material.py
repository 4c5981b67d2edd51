"""What of a bundle could be read, for the checks to look at; what could not is a finding."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar

from engine.bindings import parse_xml
from engine.bundles import Bundle
from engine.checks.diagram import Diagram, Node, Scope, read_diagram
from engine.checks.finding import Finding
from engine.checks.names import NamesInDiagrams, set_by_step
from engine.decisions import Decision, DecisionError, read_decisions
from engine.errors import BundleRefused
from engine.expressions import Known
from engine.forms import Form, read_form
from engine.plain import is_plain
from engine.policy import Policy
from engine.registry import Registry

MOST_ELEMENTS = 20_000  # in one file, its picture with them
MOST_ATTRIBUTES = 50  # of one element
Read = TypeVar("Read")


@dataclass(frozen=True)
class Material:
    """The readable part of a bundle beside the names that its code registers."""

    bundle: Bundle
    registry: Registry
    diagrams: Mapping[str, Diagram]
    decisions: Mapping[str, tuple[str, Decision]]  # by id: the file and the table
    policy: Policy | None
    unreadable: tuple[Finding, ...] = field(default=())
    called_beside: frozenset[str] = frozenset()  # by diagrams that are not looked at

    @cached_property
    def names(self) -> NamesInDiagrams:
        """Which names are set where."""
        return NamesInDiagrams(self.diagrams)

    @cached_property
    def functions(self) -> dict[str, Callable[..., Any]]:
        """The facts as expressions call them, without the case they are about."""
        return {name: partial(function, None) for name, function in self.registry.facts.items()}

    @cached_property
    def processes(self) -> dict[str, Scope]:
        """Every process by its id."""
        return {scope.id: scope for diagram in self.diagrams.values() for scope in diagram.processes}

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Every node by its id."""
        return {node.id: node for diagram in self.diagrams.values() for node in diagram.nodes}

    @cached_property
    def forms(self) -> dict[str, Form]:
        """Every form that can be read, by its file's name."""
        found: dict[str, Form] = {}
        for name, content in self.bundle.under("forms/", ".json").items():
            with contextlib.suppress(BundleRefused):  # named by the check of forms
                found[name] = read_form(content)
        return found

    @cached_property
    def options(self) -> dict[str, frozenset[str]]:
        """The values of the names that only people choose, from the options that their forms give."""
        found: dict[str, frozenset[str]] = {}
        for form in self.forms.values():
            for asked in form.fields:
                if asked.type == "choice" and asked.options and not asked.offers:
                    found[asked.name] = found.get(asked.name, frozenset()) | {option.value for option in asked.options}
        set_by_steps = {name for node in self.nodes.values() for name in set_by_step(node)}
        return {name: values for name, values in found.items() if name not in set_by_steps}

    @cached_property
    def calls(self) -> list[Node]:
        """Every call of a process."""
        return [node for node in self.nodes.values() if node.kind == "callActivity"]

    @cached_property
    def called(self) -> set[str]:
        """The processes that others call."""
        return {called_by(node) for node in self.calls} | self.called_beside

    @cached_property
    def is_plain(self) -> bool:
        """Whether nothing in the bundle is bound, so that it is run as it is drawn."""
        return is_plain(diagram.raw for diagram in self.diagrams.values())

    def could_read_every(self, suffix: str) -> bool:
        """Whether no file of a kind was unreadable, so that what is not found is not there."""
        return not any(finding.file.endswith(suffix) for finding in self.unreadable)

    def known(self, names: Iterator[str] | set[str] | frozenset[str]) -> Known:
        """What an expression can use where these names are set."""
        return Known(names=tuple(names), functions=self.functions, policy=tuple(self.policy or ()))


def called_by(call: Node) -> str:
    """The process that a call activity calls."""
    return str(call.xml.get("calledElement", ""))


def read_material(bundle: Bundle, registry: Registry, *, called_beside: frozenset[str] = frozenset()) -> Material:
    """Reads every file of a bundle as far as it can be read."""
    findings: list[Finding] = []
    diagrams: dict[str, Diagram] = {}
    decisions: dict[str, tuple[str, Decision]] = {}
    for file, content in sorted(bundle.files.items()):
        if file.endswith(".bpmn"):
            diagram = _read(file, partial(_diagram, file), content, findings)
            if diagram is not None:
                diagrams[file] = diagram
        elif file.endswith(".dmn"):
            for name, decision in (_read(file, read_decisions, content, findings) or {}).items():
                if name in decisions:
                    problem = f"The decision {name} is also in {decisions[name][0]}."
                    findings.append(Finding(file, name, problem, "Give one of them another id."))
                decisions[name] = (file, decision)
        elif file.endswith(".json"):
            _read(file, json.loads, content, findings)
    policy = _read("policy.json", Policy.read, bundle.files.get("policy.json", b"{}"), findings)
    return Material(bundle, registry, diagrams, decisions, policy, tuple(dict.fromkeys(findings)), called_beside)


def _diagram(file: str, content: bytes) -> Diagram:
    root = parse_xml(content)
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS or any(len(xml.attrib) > MOST_ATTRIBUTES for xml in root.iter()):
        raise BundleRefused("There is more in this file than can be read. Split it into several processes.")
    return read_diagram(file, root)


def _read(file: str, read: Callable[[bytes], Read], content: bytes, findings: list[Finding]) -> Read | None:
    try:
        return read(content)
    except DecisionError as error:
        findings += [Finding(file, element, *in_two(sentence)) for element, sentence in error.problems]
    except BundleRefused as error:
        sentence = str(error).removeprefix(f"{file}: ")
        findings.append(Finding(file, "", *in_two(sentence)))
    except (ValueError, RecursionError) as error:
        problem = f"This file cannot be read: {error}."
        findings.append(Finding(file, "", problem, "Correct it, or leave the file out."))
    return None


def in_two(sentence: str, otherwise: str = "Correct it.") -> tuple[str, str]:
    """A message that says what is wrong and then what to do, as these two parts."""
    problem, stop, advice = sentence.partition(". ")
    return (f"{problem}.", advice.strip() or otherwise) if stop else (f"{sentence.rstrip('.')}.", otherwise)

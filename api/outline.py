"""A process in words: every step, what does it and its rules; as good as the picture for who cannot see it."""

import inspect
import re
from collections.abc import Iterable, Iterator

from api.scenarios.reading import read_scenarios
from engine.bindings import BPMN, Binding, parse_xml, read_bindings
from engine.bundles import Bundle, Process, compile_bundle
from engine.by_hand import by_hand
from engine.registry import Registry

KINDS = {
    "startEvent": "starts",
    "endEvent": "ends",
    "userTask": "person",
    "serviceTask": "service",
    "businessRuleTask": "decision",
    "scriptTask": "script",
    "callActivity": "calls",
    "subProcess": "phase",
    "intermediateCatchEvent": "waits",
    "boundaryEvent": "on its border",
}
RULE = re.compile(r"\b[RE]\d{2,3}\b|\bA\d{1,2}\b")
SPAN = re.compile(r"R(\d{3})\s*[-–]\s*R?(\d{3})")


def outline(bundle: Bundle, registry: Registry) -> str:
    """The steps of a bundle as Markdown tables, one for each diagram."""
    process = compile_bundle(bundle)
    lines = [
        "# The process, step by step",
        "",
        "Made by `fasttrack process outline bpmn/fast_track`; a test fails when it is out of date.",
        "",
    ]
    for path in sorted(path for path in bundle.files if path.endswith(".bpmn")):
        lines += [f"## {path}", "", "| Step | Kind | What does it | Rules |", "| --- | --- | --- | --- |"]
        for binding in read_bindings(parse_xml(bundle.files[path])):
            if binding.kind in KINDS and (done := _done_by(binding, path, bundle)):
                rules = ", ".join(_rules(binding, bundle, process, registry))
                lines.append(
                    f"| {binding.name or binding.id} (`{binding.id}`) | {KINDS[binding.kind]} | {done} | {rules} |"
                )
        lines.append("")
    lines += _told(bundle)
    lines += ["## Numbers a council may change", "", "| Name | Value | What | Rule |", "| --- | --- | --- | --- |"]
    lines += [f"| `{n}` | {v.value} {v.unit} | {v.label} | {v.rule} |" for n, v in process.policy.items()]
    return "\n".join(lines) + "\n"


def _told(bundle: Bundle) -> Iterator[str]:
    """The scenarios that must come out as told before the bundle is published."""
    scenarios = read_scenarios(bundle)
    if scenarios:
        yield from ("## Scenarios", "")
        yield "Stories that `fasttrack process scenarios` plays day by day; a version is published when all of them"
        yield "come out as told. [How they are told](../docs/scenarios.md)."
        yield from ("", "| Scenario | What it tells | Rules |", "| --- | --- | --- |")
        for name, (scenario, _) in scenarios.items():
            yield f"| `{name}` | {scenario.title} | {', '.join(scenario.rules)} |"
        yield ""


def _done_by(binding: Binding, path: str, bundle: Bundle) -> str:
    """What does a step; nothing for events that only begin or end."""
    parts = []
    if binding.kind == "userTask" and binding.form:
        parts.append(f"form `{binding.form}`, by {', '.join(binding.groups)}")
    if binding.handler:
        letter = binding.properties.get("letter")
        parts.append(f"handler `{binding.handler}`" + (f", letter {letter}" if letter else ""))
    if binding.decision:
        parts.append(f"decision `{binding.decision}`")
    if binding.timer:
        parts.append(f"timer `{binding.timer}`")
    if binding.message:
        parts.append(f"message *{binding.message}*" + (f", form `{binding.form}`" if binding.form else ""))
    if accept := binding.properties.get("accept"):
        parts.append(f"kept by `{accept}`")
    if met_by := binding.properties.get("metBy"):
        parts.append(f"met by `{met_by}`")
    if binding.timer or binding.due:
        parts.append(f"by hand: {', '.join(sorted(by_hand(binding).acts)) or 'nothing'}")
    if binding.kind in ("callActivity", "scriptTask"):
        parts += _inside(binding, path, bundle)
    return ", ".join(parts)


def _inside(binding: Binding, path: str, bundle: Bundle) -> Iterator[str]:
    node = next(n for n in parse_xml(bundle.files[path]).iter() if n.get("id") == binding.id)
    if called := node.get("calledElement"):
        yield f"diagram `{called}`"
    for script in node.iter(f"{{{BPMN}}}script"):
        yield f"`{' '.join((script.text or '').split())}`"


def _rules(binding: Binding, bundle: Bundle, process: Process, registry: Registry) -> list[str]:
    texts: list[str] = []
    if form := process.forms.get(binding.form):
        texts += [rule for field in form.fields for rule in field.rules]
    for name in (binding.handler, binding.properties.get("accept", ""), binding.properties.get("prepare", "")):
        if name in registry.handlers:
            texts.append(inspect.getdoc(registry.handlers[name]) or "")
    if letter := process.letters.get(f"letters/{binding.properties.get('letter', '')}.md"):
        texts.append(letter.decode().split("\n---", 1)[0])
    if binding.decision:
        wanted = f'id="{binding.decision}"'.encode()
        texts += [c.decode() for path, c in bundle.files.items() if path.endswith(".dmn") and wanted in c]
    texts.append(binding.properties.get("byHandRule", ""))
    texts += [value.rule for name, value in process.policy.items() if f"policy.{name}" in binding.timer]
    return sorted(_named(texts))


def _named(texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        for first, last in SPAN.findall(text):
            found |= {f"R{number:03d}" for number in range(int(first), int(last) + 1)}
        found |= set(RULE.findall(text))
    return found

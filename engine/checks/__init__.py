"""Everything that can be wrong with a bundle, each with the element's id and what to do about it.

Nothing of a bundle is run: files are read, expressions are parsed, handlers are only looked at.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from engine.bundles import Bundle
from engine.checks import (
    bindings,
    by_hand,
    calls,
    elements,
    events,
    expressions,
    foreign,
    gateways,
    instances,
    labels,
    loops,
    schema,
    signals,
    structure,
    timers,
)
from engine.checks.alone import bundle_around, called_beside
from engine.checks.coverage import check_coverage
from engine.checks.decisions import check_decisions
from engine.checks.diagram import Diagram
from engine.checks.finding import Finding
from engine.checks.forms import check_forms
from engine.checks.invariants import check_invariants
from engine.checks.letters import ReadLetter, check_letters
from engine.checks.lists import ReadList, check_lists
from engine.checks.material import Material, read_material
from engine.checks.run import check_run
from engine.checks.samples import Sample, Tried, check_samples, try_all
from engine.registry import Registry

__all__ = [
    "Finding",
    "ReadLetter",
    "ReadList",
    "Sample",
    "Tried",
    "check_bundle",
    "check_file",
    "try_bundle",
]

OF_A_DIAGRAM: tuple[Callable[[Diagram, Material], Iterable[Finding]], ...] = (
    schema.check,
    elements.check,
    foreign.check,
    structure.check,
    gateways.check,
    loops.check,
    instances.check,
    events.check,
    signals.check,
    calls.check,
    bindings.check,
    expressions.check,
    timers.check,
    by_hand.check,
    labels.check,
)
OF_A_BUNDLE: tuple[Callable[[Material], Iterable[Finding]], ...] = (
    structure.check_ids,
    calls.check_entry,
    check_decisions,
    check_forms,
    check_invariants,
    check_coverage,
)
MOST_NODES = 2_000  # in one bundle
TOO_MANY = Finding(
    "", "", f"There are more than {MOST_NODES} steps in this bundle.", "Split it into several processes."
)
MOST_FINDINGS = 200
NO_DIAGRAM = Finding("", "", "This bundle holds no diagram.", "Add at least one .bpmn file.")


def check_bundle(
    bundle: Bundle,
    registry: Registry,
    *,
    read_letter: ReadLetter | None = None,
    read_list: ReadList | None = None,
    called_beside: frozenset[str] = frozenset(),
    sample: Sample | None = None,
) -> list[Finding]:
    """All that is wrong with a bundle, file by file; empty when it can be published. Never raises.

    called_beside: the processes that diagrams outside of this bundle call. sample: on which expressions are tried.
    """
    try:
        material = read_material(bundle, registry, called_beside=called_beside)
    except Exception as error:  # noqa: BLE001 - whatever a file holds, its owner is told
        return [_unforeseen("", error)]
    findings = [*material.unreadable]
    if sum(1 for _ in material.nodes) > MOST_NODES:
        return [*findings, TOO_MANY]
    if not any(file.endswith(".bpmn") for file in bundle.files):
        findings.append(NO_DIAGRAM)
    for file, diagram in material.diagrams.items():
        for check in OF_A_DIAGRAM:
            findings += _guarded(file, check, diagram, material)
    for check_all in OF_A_BUNDLE:
        findings += _guarded("", check_all, material)
    findings += _guarded("", check_letters, material, read_letter)
    findings += _guarded("", check_lists, material, read_list)
    if not findings:
        # What is already known to be wrong would only be said again, in the library's words.
        findings += _guarded("", check_run, material)
        findings += _guarded("", check_samples, material, sample)
    return _shown(sorted(dict.fromkeys(findings), key=lambda finding: finding.file))


def check_file(
    path: Path,
    registry: Registry,
    *,
    read_letter: ReadLetter | None = None,
    read_list: ReadList | None = None,
    sample: Sample | None = None,
) -> list[Finding]:
    """All that is wrong with one diagram or decision file, read beside the files of its bundle that it needs."""
    bundle, file = bundle_around(path)
    findings = check_bundle(
        bundle,
        registry,
        read_letter=read_letter,
        read_list=read_list,
        called_beside=called_beside(path),
        sample=sample,
    )
    return [found for found in findings if found.file in (file, "") and found != NO_DIAGRAM]


def try_bundle(bundle: Bundle, registry: Registry, sample: Sample) -> list[Tried]:
    """What every timer, condition and table of an accepted bundle comes to on sample facts."""
    return try_all(read_material(bundle, registry), sample)


def _shown(findings: list[Finding]) -> list[Finding]:
    """Findings for a person to read: not thousands of them, nor with a megabyte of what the file says."""
    more = len(findings) - MOST_FINDINGS
    shown = [finding.shortened() for finding in findings[:MOST_FINDINGS]]
    if more > 0:
        shown.append(Finding("", "", f"There are {more} more findings.", "Correct these first, then look again."))
    return shown


def _guarded(file: str, check: Callable[..., Iterable[Finding]], *given: object) -> Iterator[Finding]:
    try:
        yield from check(*given)
    except Exception as error:  # noqa: BLE001 - whatever a file holds, its owner is told
        yield _unforeseen(file, error)


def _unforeseen(file: str, error: Exception) -> Finding:
    problem = f"This could not be checked ({type(error).__name__}: {error})."
    return Finding(file, "", problem, "Look for something unusual in it, and draw it as the other diagrams do.")

"""Whether a bundle that looks right can be compiled, and begins."""

from collections.abc import Iterator

from engine.bundles import compile_bundle
from engine.checks.finding import Finding
from engine.checks.material import Material, in_two
from engine.errors import BundleRefused
from engine.spiff.beginning import begin_each


def check_run(material: Material) -> Iterator[Finding]:
    """Compiles the bundle and lets each process and subprocess begin in memory; nothing of a case is run."""
    try:
        process = compile_bundle(material.bundle)
    except BundleRefused as error:
        file = next((name for name in material.bundle.files if name in str(error)), "")
        problem, advice = in_two(str(error), "Correct the diagram.")
        yield Finding(file, _named(material, str(error)), problem, advice)
        return
    for name, reason in begin_each(process.specification):
        scope = material.processes.get(name)
        node = material.nodes.get(name)
        file = scope.file if scope is not None else node.scope.file if node is not None else ""
        advice = "Look for a loop without an exclusive gateway, or split the process into subprocesses."
        yield Finding(file, name, f"It cannot begin: {reason}", advice)


def _named(material: Material, message: str) -> str:
    """The element that a message is about, if it names one."""
    words = {word.strip("':.,()") for word in message.split()}
    return next((name for name in material.nodes if name in words), "")

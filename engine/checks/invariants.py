"""Whether what must hold in every story can be read."""

from collections.abc import Iterator

from engine.checks.finding import Finding
from engine.checks.material import Material, in_two
from engine.errors import BundleRefused
from engine.invariants import FILE, Rules


def check_invariants(material: Material) -> Iterator[Finding]:
    """Faults of invariants.json; whether it holds, exploring the bundle shows."""
    try:
        Rules.read(material.bundle)
    except BundleRefused as error:
        yield Finding(FILE, "", *in_two(str(error).removeprefix(f"{FILE}: ")))

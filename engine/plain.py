"""Plain diagrams: drawn in any tool, bound to nothing. They are run as they are drawn.

As long as nothing in a bundle says by whom, with which form or by which handler anything is done, a person's task asks
nothing and anybody of the school may do it, anybody may report a message, and a task of no kind is passed. As soon as
one step is bound, every step must be: the checks insist.
"""

from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from engine.bindings import ZEEBE, Binding
from engine.forms import Form
from engine.people import EVERYBODY

ANYBODY = (EVERYBODY,)
NOTHING = Form(id="nothing", title="Nothing to fill in", fields=())


def is_plain(roots: Iterable[etree._Element]) -> bool:
    """Whether nothing is bound in any of these diagrams."""
    return not any(True for root in roots for _ in root.iter(f"{{{ZEEBE}}}*"))


def bound_to_nothing(binding: Binding) -> Binding:
    """An element of a plain diagram as it is run."""
    if binding.kind == "userTask":
        return replace(binding, groups=ANYBODY)
    if binding.message:
        return replace(binding, groups=ANYBODY, form=NOTHING.id)
    return binding

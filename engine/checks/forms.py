"""Forms that cannot be used."""

from collections.abc import Iterator

from engine.checks.finding import Finding
from engine.checks.material import Material, in_two
from engine.forms import check_form


def check_forms(material: Material) -> Iterator[Finding]:
    """All that is wrong with the definitions under forms/."""
    for name, content in sorted(material.bundle.under("forms/", ".json").items()):
        file = f"forms/{name}.json"
        for where, sentence in check_form(content, functions=material.functions.keys()):
            yield Finding(file, where, *in_two(sentence))

"""`python -m tests.bpmn.declared` writes what covers each binding rule of the shipped bundle into its rules.json."""

import csv
import json
import sys
from pathlib import Path

from engine.bundles import Bundle, read_folder
from engine.checks.coverage import FILE, covering_of
from engine.checks.material import read_material
from handlers import REGISTRY
from tests.rules import BINDING, ROOT

SHIPPED = read_folder(ROOT / "bpmn" / "fast_track")


def binding() -> dict[str, str]:
    """The rules that bind, with how strongly."""
    with (ROOT / "docs" / "rules.csv").open(encoding="utf-8", newline="") as file:
        return {row["rule"]: row["strength"] for row in csv.DictReader(file) if row["strength"] in BINDING}


def declared(bundle: Bundle) -> str:
    """rules.json as the bundle covers the rules now, a line for each."""
    covering = covering_of(read_material(bundle, REGISTRY))
    lines = [
        f'  "{rule}": {json.dumps({"strength": strength, "covered_by": sorted(covering[rule])}, ensure_ascii=False)}'
        for rule, strength in binding().items()
        if rule in covering
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "bpmn" / "fast_track" / FILE).write_text(
        declared(SHIPPED), encoding="utf-8"
    )

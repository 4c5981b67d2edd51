"""The fields that letters may name, and what is wrong with a letter that names others or misplaces them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from api.documents.blocks import Blocks, Heading, Items, Run, Shown, When
from api.documents.errors import TemplateRefused
from api.documents.frame import FRAME_FIELDS
from api.documents.template import read_letter

KINDS = ("text", "number", "date", "time", "yes_no", "list", "sections")
_MORE_THAN_A_LINE = ("list", "sections")


@dataclass(frozen=True)
class Field:
    """A field of the catalogue: its kind, and what it means."""

    kind: str
    label: str


@dataclass(frozen=True)
class Problem:
    """Something wrong with a letter, at a line of its file."""

    line: int
    text: str


Catalogue = Mapping[str, Field]


def read_catalogue(content: bytes | str) -> dict[str, Field]:
    """The fields by name, from {"name": {"type", "label"}}. Raises ValueError."""
    fields = {}
    for name, entry in json.loads(content).items():
        if set(entry) != {"type", "label"} or entry["type"] not in KINDS:
            raise ValueError(f"{name}: a field has a type ({', '.join(KINDS)}) and a label")
        fields[name] = Field(kind=entry["type"], label=entry["label"])
    if missing := sorted(FRAME_FIELDS - set(fields)):
        raise ValueError(f"fields of the letters' frame are missing: {', '.join(missing)}")
    return fields


def check_letter(template: bytes | str, catalogue: Catalogue) -> list[Problem]:
    """What is wrong with a letter; nothing when it can be filled in."""
    try:
        letter = read_letter(template)
    except TemplateRefused as refused:
        return [Problem(refused.line, refused.problem)]
    return _in_blocks(letter.blocks, catalogue)


def _in_blocks(blocks: Blocks, catalogue: Catalogue) -> list[Problem]:
    found: list[Problem] = []
    for block in blocks:
        if isinstance(block, Items):
            for item in block.items:
                found.extend(_in_blocks(item, catalogue))
        else:
            alone = not isinstance(block, Heading) and len(block.runs) == 1
            found.extend(_in_runs(block.runs, catalogue, alone=alone))
    return found


def _in_runs(runs: tuple[Run, ...], catalogue: Catalogue, *, alone: bool) -> list[Problem]:
    found: list[Problem] = []
    for run in runs:
        if not isinstance(run, Shown | When):
            continue
        field = catalogue.get(run.name)
        if field is None:
            found.append(Problem(run.line, f"there is no field {run.name}"))
        elif isinstance(run, Shown) and field.kind == "yes_no":
            found.append(Problem(run.line, f"{run.name} is yes or no: write (({run.name}??text))"))
        elif isinstance(run, Shown) and field.kind in _MORE_THAN_A_LINE and not alone:
            found.append(Problem(run.line, f"{run.name} is a list: it must be a paragraph of its own"))
        if isinstance(run, When):
            found.extend(_in_runs(run.runs, catalogue, alone=alone and len(run.runs) == 1))
    return found

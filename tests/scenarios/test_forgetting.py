"""Whatever a rule makes a form ask is left out once, and refused by the name of the field and of the rule."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from api.demo.player import Player
from api.documents.outbox import PostFolder
from api.scenarios.reading import Step, read_scenarios
from api.scenarios.running import _dated
from api.scenarios.scratch import Scratch
from api.scenarios.stage import ACTOR, Stage
from engine.bundles import compile_bundle
from engine.errors import FormRefused
from engine.forms import Form
from engine.forms.fields import Field
from tests.scenarios.stories import SHIPPED

FORMS = compile_bundle(SHIPPED).forms
# Together they come to every form.
TOLD = (
    "referred", "defence", "internal_review_referred", "new_parent", "late_reply", "returned_letter", "withdrawn",
    "pupil_left", "criteria_gone", "out_of_time", "share_alone", "goes_ahead",
    "outcome_changed",
)  # fmt: skip
NOBODY = "01890000-0000-7000-8000-000000000000"
Forgotten = dict[str, dict[str, set[str]]]  # form → field → the rules of the refusal


class ForgetfulStage(Stage):
    """Before anything is answered, each field that a rule needs is left out."""

    forgotten: Forgotten

    def _usual(self, form: str, prepared: Mapping[str, Any], step: Step) -> dict[str, Any]:
        usual = super()._usual(form, prepared, step)
        seeded = prepared.get("answers") or {}
        for path, answers, rows in without_each(FORMS[form], {**usual, **step.answers}):
            try:
                FORMS[form].parse(answers, offers=prepared.get("offers"), seeded={**seeded, **rows})
            except FormRefused as refused:
                rules = next((rules for where, rules in refused.rules.items() if is_at(path, where)), ())
                self.forgotten[form].setdefault(path, set()).update(rules)
        return usual


def without_each(form: Form, answers: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The answers without one field that a rule needs, for each of them, such that it is needed; and further rows."""
    fields = {one.name: one for one in form.fields}
    for path in needed(form):
        name, _, part = path.partition(".")
        changed, rows = deepcopy(dict(answers)), {}
        if not part:
            _leave_out(fields[name], changed)
        else:
            if not changed.get(name):
                changed[name] = [{fields[name].key: NOBODY} if fields[name].key else {}]
                rows = {name: changed[name]}
            parts = {one.name: one for one in fields[name].of}
            for row in changed[name]:
                _leave_out(parts[part], row)
                row.update({other: "Something" for other, one in parts.items() if other != part and "text" in one.type})
        yield path, changed, deepcopy(rows)


def _leave_out(field: Field, answers: dict[str, Any]) -> None:
    answers.pop(field.name, None)
    if field.required_when is not None:
        answers[field.required_when.field] = field.required_when.values[0]


def needed(form: Form) -> list[str]:
    """The fields that a rule makes necessary, always or in some case; those of rows as `rows.field`."""
    found = []
    for one in form.fields:
        found += [one.name] if is_needed(one) else []
        found += [f"{one.name}.{part.name}" for part in one.of if is_needed(part) and part.type != "id"]
    return found


def is_needed(field: Field) -> bool:
    return bool(field.rules) and (field.required or field.required_when is not None)


def rules_of(form: Form) -> set[str]:
    """The rules of the fields that are needed."""
    parts = [(one, *one.of) for one in form.fields]
    return {rule for fields in parts for one in fields if is_needed(one) for rule in one.rules}


def is_at(path: str, where: str) -> bool:
    """Whether a problem's place, with rows counted, is that of a field."""
    return [part for part in where.split(".") if not part.isdigit()] == path.split(".")


@pytest.fixture(scope="module")
def forgotten(scratch: Scratch, tmp_path_factory: pytest.TempPathFactory) -> Forgotten:
    """What was refused while the scenarios were played."""
    found: Forgotten = defaultdict(dict)
    scenarios = read_scenarios(SHIPPED)
    for name in TOLD:
        scenario, facts = scenarios[name]
        scratch.empty()
        letters: Path = tmp_path_factory.mktemp(name)
        stage = ForgetfulStage(
            Player(scratch.runtime, {"post": PostFolder(letters)}, ACTOR), SHIPPED.name, scenario, facts
        )
        stage.forgotten = found
        for step, _ in _dated(scenario):
            stage.go_to(step)
            if not step.refused:
                stage.act(step)
    return found


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.rule(*sorted(rules_of(form))))
        for name, form in sorted(FORMS.items())
        if needed(form)
    ],
)
def test_what_a_rule_asks_for_cannot_be_left_out(forgotten: Forgotten, name: str) -> None:
    fields = {one.name: one for one in FORMS[name].fields}
    parts = {f"{one.name}.{part.name}": part for one in fields.values() for part in one.of}
    wanted = {path: set({**fields, **parts}[path].rules) for path in needed(FORMS[name])}

    assert forgotten[name] == wanted

"""The letters of the bundle with the fields of an invented case, for the tests."""

import re
from pathlib import Path

from api.documents.render import letter_text, render_letter
from tests.documents.fields import FIELDS

FOLDER = Path(__file__).parents[2] / "bpmn/fast_track/letters"
GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in FOLDER.glob("*.md"))
MEETING_LETTERS = ("L1", "L2", "L5", "L6", "L10")

_DECISIONS = ("decision_declined", "decision_other_measure", "decision_proceedings")
# Letters that say different things to different people, beside what they say with every field given.
VARIANTS: dict[str, tuple[str, dict[str, object]]] = {
    "C1-refused": ("C1", {"contract_signed": False, "contract_refused": True}),
    "L4-review": ("L4", {"plan_actions": [], "target_text": "", "review_day": ""}),
    "L8c-no-more": ("L8c", {"further_absence": False, "has_improved": False, "has_not_improved": True}),
    "L8d-no-better": ("L8d", {"has_improved": False, "has_not_improved": True}),
    "L10-no-meeting": ("L10", {"meeting_day": "", "minutes": [], "plan_actions": [], "reply_by": ""}),
    "L11-left": ("L11", {"figures_corrected": False, "apology_due": False, "still_on_roll": False}),
    "L12-declined": ("L12", dict.fromkeys(_DECISIONS, False) | {"decision_declined": True, "authority_contact": ""}),
    "L12-proceedings": ("L12", dict.fromkeys(_DECISIONS, False) | {"decision_proceedings": True, "decision_text": ""}),
    "L12-not-applied": (
        "L12",
        dict.fromkeys((*_DECISIONS, "decision_day", "decision_measure", "decision_text"))
        | {"not_applied_against": True},
    ),
}


def template(name: str) -> bytes:
    """The template of a letter."""
    return (FOLDER / f"{name}.md").read_bytes()


def text(name: str, **changed: object) -> str:
    """What a letter says, with some fields changed."""
    return letter_text(template(name), FIELDS | changed)


def pdf(name: str, **changed: object) -> bytes:
    """A letter as PDF, with some fields changed."""
    return render_letter(template(name), FIELDS | changed)


def expected_texts() -> dict[str, str]:
    """What every letter and variant says now, by the name of its golden file."""
    return {name: text(name) for name in NAMES} | {
        variant: text(name, **changed) for variant, (name, changed) in VARIANTS.items()
    }


def sentences(said: str) -> list[str]:
    """The sentences of a letter, without line ends."""
    flat = re.sub(r"\s+", " ", said)
    return [sentence.strip() for sentence in re.split(r"(?<=[.?!:])\s", flat) if sentence.strip()]


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, said in expected_texts().items():
        (GOLDEN / f"{name}.txt").write_text(said, encoding="utf-8")

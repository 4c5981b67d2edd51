"""How far an application has come before a test begins, and what a pack says."""

import io
import zipfile
from typing import Any
from uuid import UUID

import pypdfium2
from sqlalchemy import select

from engine import tables
from engine.registry import Accepted
from tests.handlers.desk import Desk
from tests.handlers.stories import SUPPORTED

CASE_FORM = {
    "completed_by": "Ms Hart",
    "interventions": "Calls.",
    "aeo_consultation": "12 Nov.",
    "send": "none",
    "social_care": "none",
    "recommendation": "Proceed.",
    "support": SUPPORTED,
}
GIVEN = {"missing_reason": "The letter that says so goes out today."}
EVIDENCE = {
    "pieces": ["home_visits", "signed_minutes", "wishes_left_out"],
    "witness": "Ms Anna Berg",
    "witness_role": "Attendance lead",
    "witness_adult": True,
    "witness_reads": True,
    "statement": "I rang the home on each morning of absence.",
}


def keep(desk: Desk, form: str, element: str, **answers: Any) -> Accepted:
    """Completes one of the three pieces."""
    prepared = desk.prepare("referrals.prepare", element=element)["answers"]
    return desk.complete(form, "referrals.keep", {**prepared, **answers}, prepare="referrals.prepare", element=element)


def case_form(desk: Desk, **changes: Any) -> Accepted:
    """Completes the Attendance Case Management Form."""
    return keep(desk, "case_form", "CompleteCaseForm", **{**CASE_FORM, **changes})


def applied(desk: Desk, **changes: Any) -> list[dict[str, Any]]:
    """The rows of an application against every parent."""
    row = {"apply": True, "offence": "s444_1A", "route": "prosecution", "route_reason": "Nothing else has helped."}
    return [{"adult": str(parent.id), **row, **changes} for parent in desk.facts.parents]


def application(desk: Desk, **changes: Any) -> Accepted:
    """Completes the Application to Prosecute."""
    answers = {"parents": applied(desk), "defences": "None applies.", "supervision_order": True, **changes}
    return keep(desk, "application", "CompleteApplication", **answers)


def collect(desk: Desk, **changes: Any) -> Accepted:
    """Collects the evidence."""
    return keep(desk, "evidence", "CollectEvidence", **{**EVIDENCE, **changes})


def sign(desk: Desk, **changes: Any) -> Accepted:
    """The head teacher signs."""
    answers = {"signed": True, "name": "Mr Paul Head", "signed_on": desk.facts.today.isoformat(), **changes}
    return desk.complete("head_signs", "referrals.sign", answers, element="HeadTeacherSigns")


def prepare_all(desk: Desk) -> None:
    """Everything up to the head teacher's signature."""
    case_form(desk)
    application(desk)
    collect(desk, **GIVEN)
    sign(desk)


def packs(desk: Desk) -> dict[UUID, dict[str, bytes]]:
    """Assembles the packs; gives the files of each by parent."""
    desk.serve("packs.assemble")
    d = tables.document.c
    rows = desk.db.execute(select(d.recipient, d.content).where(d.case_id == desk.case.id, d.kind == "pack"))
    return {UUID(row.recipient): files_of(row.content) for row in rows}


def files_of(archive: bytes) -> dict[str, bytes]:
    """The files of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def said_in(content: bytes) -> str:
    """All that a PDF says."""
    with pypdfium2.PdfDocument(content) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)

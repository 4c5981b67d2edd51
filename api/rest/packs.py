"""Evidence packs: one for each parent, what each still needs, and which routes are open."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field
from sqlalchemy import select

from api.case_facts import facts_of_case
from api.rest.nouns import MISSING, noun
from api.rest.shapes import Moment, Out
from api.roll import has_confidential_address
from api.security import Allowed, Rule, RuntimeHere
from attendance.checklist import read_checklist
from engine import tables
from engine.database import transaction
from engine.errors import NotAllowed, NotFound
from engine.queries.cases import case_by_id
from engine.versions import process_of
from handlers.against import Against
from handlers.measures import measures_against
from handlers.pack_checks import CHECKLIST, completeness
from handlers.packs import KIND, everybody, found_shown

router = noun("cases", explained="One run of the procedure about one pupil.")

Reading = Annotated[Allowed, Depends(Rule("pack.read"))]


class ItemOut(Out):
    """One thing that a complete pack holds, from the council's own list."""

    id: str
    title: str
    is_there: bool
    said: str = Field(description="What is there, or what is missing.")
    supplier: str = Field(description="Who can supply it.")
    rule: str
    strength: str


class ConditionOut(Out):
    """One condition of a route; `is_met` is null where only a person can say."""

    condition: str
    is_met: bool | None
    rule: str


class MeasureOut(Out):
    """One route, open while no condition fails."""

    measure: str = Field(examples=["penalty_notice"])
    title: str
    is_open: bool
    conditions: list[ConditionOut]


class PackOut(Out):
    """A pack as it was assembled. It is never changed; after a return there is another."""

    document_id: UUID
    sha256: str
    size: int
    assembled_at: Moment


class ParentsPackOut(Out):
    """Where the case against one parent stands."""

    adult_id: UUID
    name: str
    is_applied_against: bool
    sessions_relied_on: int
    sessions_in_penalty_notices: int
    items: list[ItemOut]
    routes: list[MeasureOut]
    packs: list[PackOut] = Field(description="The newest first.")


@router.get("/{case_id}/packs", responses=MISSING)
def list_packs(case_id: UUID, runtime: RuntimeHere, _: Reading) -> list[ParentsPackOut]:
    """For each parent what a complete pack still needs and who can supply it, the routes, and the packs there are."""
    with transaction(runtime.engine) as db:
        facts = facts_of_case(runtime, db, case_id)
        content = process_of(runtime, db, case_by_id(db, case_id).version_id).lists.get(CHECKLIST)
        items = read_checklist(content) if content else ()
        d = tables.document.c
        kept = db.execute(
            select(d.id, d.recipient, d.sha256, d.created_at, d.content)
            .where(d.case_id == case_id, d.kind == KIND)
            .order_by(d.created_at.desc(), d.id.desc())
        ).all()
        packs: dict[str, list[PackOut]] = {}
        for row in kept:
            packs.setdefault(row.recipient, []).append(
                PackOut(document_id=row.id, sha256=row.sha256, size=len(row.content), assembled_at=row.created_at)
            )
        if not facts.has_opened:
            return []
        return [
            ParentsPackOut(
                adult_id=against.parent.id,
                name=against.parent.name,
                is_applied_against=bool(against.own_row.get("apply")),
                sessions_relied_on=len(against.charged),
                sessions_in_penalty_notices=len(against.sessions) - len(against.charged),
                items=[ItemOut(**found_shown(found)) for found in completeness(against, items)],
                routes=_measures(against),
                packs=packs.get(str(against.parent.id), []),
            )
            for against in everybody(facts)
        ]


@router.get(
    "/{case_id}/packs/content",
    response_class=Response,
    responses=MISSING | {200: {"description": "The archive.", "content": {"application/zip": {}}}},
)
def read_pack(
    case_id: UUID,
    runtime: RuntimeHere,
    allowed: Reading,
    adult_id: Annotated[UUID, Query(description="The parent whom the pack is about.")],
) -> Response:
    """The newest pack about one parent, as it was assembled, under a name that says nothing about anybody.

    It bears the parent's address: where that is confidential, it is for who checks addresses, and for the authority.
    """
    with transaction(runtime.engine) as db:
        d, c = tables.document.c, tables.case.c
        row = db.execute(
            select(d.content, d.sha256, d.owner_id, c.reference)
            .join_from(tables.document, tables.case, c.id == d.case_id)
            .where(d.case_id == case_id, d.kind == KIND, d.recipient == str(adult_id))
            .order_by(d.created_at.desc(), d.id.desc())
            .limit(1)
        ).one_or_none()
        if row is None:
            raise NotFound
        if not allowed.may("pack.read_confidential", row.owner_id) and has_confidential_address(db, str(adult_id)):
            raise NotAllowed("This pack bears a confidential address.")
    headers = {
        "Content-Disposition": f'attachment; filename="{row.reference}-pack.zip"',
        "Cache-Control": "no-store",
        "ETag": f'"{row.sha256}"',
    }
    return Response(row.content, media_type="application/zip", headers=headers)


def _measures(against: Against) -> list[MeasureOut]:
    return [
        MeasureOut(
            measure=measure.name,
            title=measure.title,
            is_open=measure.is_open,
            conditions=[
                ConditionOut(condition=each.words, is_met=each.is_met, rule=each.rule) for each in measure.conditions
            ],
        )
        for measure in measures_against(against)
    ]

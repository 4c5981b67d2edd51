"""Pupils: on roll, with their figures against the criteria, and the adults around them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from pydantic import AfterValidator
from sqlalchemy import Connection

from api.rest.adults import AdultOut, adult_out
from api.rest.figures import FiguresOut, todays_figures
from api.rest.nouns import MISSING, noun
from api.rest.register_import_shapes import Changed
from api.rest.shapes import Listed, Out, WantedHere, storable_text
from api.roll import adults_around, mark_changes, name_of, pupil_by_id, pupils
from api.security import Allowed, Rule, RuntimeHere
from attendance.eligibility import Result
from attendance.schools import NoCalendar
from engine.database import AnyRow, transaction
from engine.queries.cases import open_cases_about
from engine.registry import Refusal

router = noun("pupils", explained="Pupils on roll, and whether they meet the criteria.")

READING = Depends(Rule("pupil.read"))
Reading = Annotated[Allowed, READING]
ReadingAdults = Annotated[Allowed, Depends(Rule("adult.read"))]


class PupilOut(Out):
    """A pupil. `figures` are given for one pupil, and in lists that ask for `eligible`."""

    id: UUID
    school_id: UUID
    name: str
    forename: str
    surname: str
    upn: str
    admission_number: str
    born: date | None
    year: str
    registration_group: str
    open_case_id: UUID | None
    figures: FiguresOut | None = None


class AdultOfPupil(AdultOut):
    """An adult in relation to one pupil. `basis` says why they are a parent; `none` is no parent."""

    relationship: str
    basis: str
    lives_with: str
    since: date | None
    until: date | None


@router.get("", responses=MISSING)
def list_pupils(
    request: Request,
    runtime: RuntimeHere,
    allowed: Reading,
    wanted: WantedHere,
    eligible: Annotated[
        bool | None, Query(description="Those who meet the criteria today, or those who do not.")
    ] = None,
    school_id: Annotated[UUID | None, Query(description="Those of one school.")] = None,
    name: Annotated[
        str, Query(max_length=100, description="How a fore- or surname begins."), AfterValidator(storable_text)
    ] = "",
    upn: Annotated[str, Query(pattern=r"^[A-Za-z0-9 ]{0,20}$", description="The unique pupil number.")] = "",
) -> Listed[PupilOut]:
    """Pupils by surname."""
    if school_id is not None:
        allowed.on(school_id)
    schools = allowed.owners if school_id is None else [school_id]
    with transaction(runtime.engine) as db:
        figures: Mapping[UUID, FiguresOut] = {}
        only = None
        if eligible is not None:
            if len(schools) != 1:
                raise Refusal("which_school", "Say with school_id of which school.", field="school_id")
            figures = todays_figures(runtime, db, request.app.state.process, schools[0], only_eligible=eligible)
            only = [id_ for id_, found in figures.items() if (found.result is Result.ELIGIBLE) == eligible]
        page = pupils(db, schools, wanted=wanted, name=name, upn=upn, only=only, sight=allowed.sight)
        return Listed(items=_pupils_out(db, page.rows, figures), next=page.next)


@router.get("/{pupil_id}", responses=MISSING, dependencies=[READING])
def read_pupil(pupil_id: UUID, request: Request, runtime: RuntimeHere) -> PupilOut:
    """One pupil with their figures as the register is now; without them while the school has no calendar."""
    with transaction(runtime.engine) as db:
        row = pupil_by_id(db, pupil_id)
        figures: Mapping[UUID, FiguresOut] = {}
        with suppress(NoCalendar):
            figures = todays_figures(runtime, db, request.app.state.process, row.school_id, pupil_id)
        (out,) = _pupils_out(db, [row], figures)
    return out


@router.get("/{pupil_id}/mark-changes", responses=MISSING, dependencies=[READING])
def list_mark_changes(pupil_id: UUID, runtime: RuntimeHere, wanted: WantedHere) -> Listed[Changed]:
    """What a pupil's marks were before they were changed, when, and by which file; the latest change first."""
    with transaction(runtime.engine) as db:
        page = mark_changes(db, pupil_id=pupil_id, wanted=wanted)
    return Listed(items=[Changed.model_validate(row) for row in page.rows], next=page.next)


@router.get("/{pupil_id}/adults", responses=MISSING)
def list_adults_of_pupil(pupil_id: UUID, runtime: RuntimeHere, allowed: ReadingAdults) -> list[AdultOfPupil]:
    """The adults that the school has linked to a pupil, parents or not, by surname."""
    with transaction(runtime.engine) as db:
        rows = adults_around(db, pupil_id)
    return [
        AdultOfPupil(
            **dict(adult_out(row, allowed)),
            relationship=row.relationship,
            basis=row.basis,
            lives_with=row.lives_with,
            since=row.since,
            until=row.until,
        )
        for row in rows
    ]


def _pupils_out(db: Connection, rows: list[AnyRow], figures: Mapping[UUID, FiguresOut]) -> list[PupilOut]:
    open_cases = open_cases_about(db, [row.id for row in rows])
    return [
        PupilOut(
            id=row.id,
            school_id=row.school_id,
            name=name_of(row),
            forename=row.forename,
            surname=row.surname,
            upn=row.upn,
            admission_number=row.admission_number,
            born=row.born,
            year=row.year,
            registration_group=row.registration_group,
            open_case_id=open_cases.get(row.id),
            figures=figures.get(row.id),
        )
        for row in rows
    ]

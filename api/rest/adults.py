"""Adults: parents and others around pupils. A confidential address is shown to those alone who may see it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import Field

from api.rest.nouns import MISSING, noun
from api.rest.shapes import Listed, Out, WantedHere
from api.roll import adult_by_id, adults, name_of
from api.security import Allowed, Rule, RuntimeHere
from engine.database import AnyRow, transaction

router = noun("adults", explained="Parents and other adults around pupils.")

Reading = Annotated[Allowed, Depends(Rule("adult.read"))]


class AddressOut(Out):
    """Where one adult gets letters."""

    lines: list[str]
    postcode: str
    country: str
    verified_on: date | None


class AdultOut(Out):
    """An adult. When their address is confidential, neither it nor how to reach them is shown to most."""

    id: UUID
    school_id: UUID
    name: str
    email: str | None
    email_consent: bool
    phone: str | None
    is_confidential: bool = Field(description="Whether nobody else may learn where this adult lives.")
    address: AddressOut | None


@router.get("")
def list_adults(runtime: RuntimeHere, allowed: Reading, wanted: WantedHere) -> Listed[AdultOut]:
    """The adults of one's schools, by surname."""
    with transaction(runtime.engine) as db:
        page = adults(db, allowed.owners, wanted=wanted)
    return Listed(items=[adult_out(row, allowed) for row in page.rows], next=page.next)


@router.get("/{adult_id}", responses=MISSING)
def read_adult(adult_id: UUID, runtime: RuntimeHere, allowed: Reading) -> AdultOut:
    """One adult."""
    with transaction(runtime.engine) as db:
        return adult_out(adult_by_id(db, adult_id), allowed)


def adult_out(row: AnyRow, allowed: Allowed) -> AdultOut:
    """An adult as this person may see them."""
    is_shown = not row.confidential or allowed.may("adult.read_confidential", row.school_id)
    address = None
    if is_shown and row.lines is not None:
        address = AddressOut(lines=row.lines, postcode=row.postcode, country=row.country, verified_on=row.verified_on)
    return AdultOut(
        id=row.id,
        school_id=row.school_id,
        name=name_of(row),
        email=row.email if is_shown else None,
        email_consent=row.email_consent,
        phone=row.phone if is_shown else None,
        is_confidential=bool(row.confidential),
        address=address,
    )

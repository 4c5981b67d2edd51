"""Who is a parent of a pupil on a day, and at which address each of them gets letters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from attendance import tables
from attendance.countries import HOME_COUNTRY

MOST_LINES = 6  # of an address on a letter, the postcode or the country included
BASES = ("biological", "parental_responsibility", "care")


@dataclass(frozen=True)
class Address:
    """Where one adult gets letters. Never another adult's."""

    lines: Sequence[str]
    postcode: str
    country: str
    is_confidential: bool
    verified_on: date | None

    @property
    def as_letter(self) -> list[str]:
        """The lines on the letter: the postcode last at home, the country last abroad."""
        abroad = [] if self.country in ("", HOME_COUNTRY) else [self.country]
        return [*self.lines, *([self.postcode] if self.postcode else []), *abroad]

    @property
    def is_usable(self) -> bool:
        """Whether it fits on an envelope."""
        return 2 <= len(self.as_letter) <= MOST_LINES


@dataclass(frozen=True)
class Parent:
    """An adult in relation to one pupil. Basis `none`: known to the school, but not a parent under section 576."""

    id: UUID
    title: str
    forename: str
    surname: str
    relationship: str
    basis: str
    lives_with: str
    address: Address | None
    is_confidential: bool  # whether nobody else may learn where this adult lives
    may_correspond: bool = True  # whether no court has ordered that nobody writes to this adult
    restriction: str = ""
    language: str = ""
    format_needs: str = ""

    @property
    def name(self) -> str:
        """Title, forename and surname, as far as they are known."""
        return " ".join(word for word in (self.title, self.forename, self.surname) if word)

    @property
    def label(self) -> str:
        """The name with the relationship, for people who work on the case."""
        return f"{self.name} ({self.relationship})" if self.relationship else self.name

    @property
    def is_reachable(self) -> bool:
        """Whether a letter may go to this adult: the address was checked since it changed. Source: R028, R029."""
        is_checked = self.address is not None and self.address.verified_on is not None and self.address.is_usable
        return self.may_correspond and is_checked

    @property
    def is_nowhere(self) -> bool:
        """Whether somebody has looked, and found that nobody knows an address now."""
        return self.address is not None and self.address.verified_on is not None and not self.address.as_letter

    @property
    def is_out_of_reach(self) -> bool:
        """Whether nobody waits for a letter to them: no address is known, or a court forbids it (E14, E15)."""
        return self.is_nowhere or not self.may_correspond

    @property
    def needs(self) -> str:
        """In which language and form letters are of use, where it is not plain English (E43)."""
        return "; ".join(need for need in (self.language, self.format_needs) if need)

    @property
    def as_attendee(self) -> str:
        """How letters to others name this adult: by the role alone when the address is confidential (A14)."""
        role = self.relationship or "Parent"
        return role if self.is_confidential else f"{self.name}, {role}"


def adults_of(db: Connection, pupil_id: UUID) -> list[Parent]:
    """Every adult the school has linked to a pupil, parents or not, now or earlier, in a stable order."""
    return [_parent(row) for row in db.execute(_linked(pupil_id))]


def parents_of(db: Connection, pupil_id: UUID, *, on: date) -> list[Parent]:
    """The parents on a day under section 576 of the Education Act 1996, in a stable order.

    A link that ends on a day no longer counts on that day: letters stop at once (domain.md E10, E45).
    """
    link = tables.parenthood.c
    current = _linked(pupil_id).where(
        link.basis.in_(BASES),
        or_(link.since.is_(None), link.since <= on),
        or_(link.until.is_(None), link.until > on),
    )
    return [_parent(row) for row in db.execute(current)]


def hold_adults(db: Connection, ids: Collection[UUID]) -> None:
    """Locks these adults until the transaction ends, in an order that everybody keeps who changes several of them.

    Two who took them in different orders, an import and a person, would wait for each other.
    """
    a = tables.adult.c
    db.execute(select(a.id).where(a.id.in_(ids)).order_by(a.id).with_for_update(key_share=True))


def _linked(pupil_id: UUID) -> Select[Any]:
    adult, link, address = tables.adult, tables.parenthood, tables.address
    latest = (
        select(address)
        .ext(distinct_on(address.c.adult_id))
        .order_by(address.c.adult_id, address.c.valid_from.desc())
        .subquery("latest")
    )
    return (
        select(
            adult.c.id,
            adult.c.title,
            adult.c.forename,
            adult.c.surname,
            adult.c.address_confidential,
            link.c.relationship,
            link.c.basis,
            link.c.lives_with,
            link.c.may_correspond,
            link.c.restriction,
            link.c.language,
            link.c.format_needs,
            latest.c.lines,
            latest.c.postcode,
            latest.c.country,
            latest.c.confidential,
            latest.c.verified_on,
        )
        .join_from(link, adult, and_(adult.c.id == link.c.adult_id))
        .outerjoin(latest, latest.c.adult_id == adult.c.id)
        .where(link.c.pupil_id == pupil_id)
        .order_by(adult.c.surname, adult.c.forename, adult.c.id)
    )


def _parent(row: Row[Any]) -> Parent:
    address = None
    if row.lines is not None:
        address = Address(row.lines, row.postcode, row.country, row.confidential, row.verified_on)
    return Parent(
        id=row.id,
        title=row.title,
        forename=row.forename,
        surname=row.surname,
        relationship=row.relationship,
        basis=row.basis,
        lives_with=row.lives_with,
        address=address,
        is_confidential=address.is_confidential if address else row.address_confidential,
        may_correspond=row.may_correspond,
        restriction=row.restriction,
        language=row.language,
        format_needs=row.format_needs,
    )

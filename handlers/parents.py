"""Every adult who is a parent of the pupil: established before the first invitation, or discovered later."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from attendance import tables
from attendance.parents import BASES, Parent, hold_adults
from attendance.tables.people import HOME_COUNTRY
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Accepted, Refusal, handler
from handlers.answers import Answers, Prepared, choice, iso, lines_of, past_day, prepared, rows_of, text_of
from handlers.facts import Facts

MOST_LINES = 6  # of an address on a letter, the postcode or the country included


class NobodyToInvite(Exception):
    """Nobody to invite: the pupil has no parent on record."""

    def __str__(self) -> str:
        return self.__doc__ or ""


@handler("parents.list")
def list_(call: Call) -> list[str]:
    """The ids of the pupil's parents today, in a stable order. Raises NobodyToInvite."""
    facts: Facts = call.facts
    if not (parents := facts.parents):
        raise NobodyToInvite
    return [str(parent.id) for parent in parents]


@handler("parents.prepare")
def prepare(call: Call) -> Prepared:
    """One row for every adult the school has linked to the pupil."""
    facts: Facts = call.facts
    adults = facts.adults
    return prepared(
        answers={"parents": [_row(adult) for adult in adults], "others": []},
        shown={"addresses": {str(adult.id): _shown_address(adult) for adult in adults}},
        offers={"adult": [choice(adult.id, adult.label) for adult in adults]},
    )


@handler("parents.accept")
def accept(call: Call, answers: Answers) -> Accepted:
    """Keeps who is a parent, why, and at which address; letters go to each of them. Source: R022-R030."""
    facts: Facts = call.facts
    rows, others = rows_of(answers, "parents"), rows_of(answers, "others")
    hold_adults(call.db, [UUID(row["adult"]) for row in rows])
    known = {str(adult.id): adult for adult in facts.adults}
    if not any(row["basis"] in BASES for row in [*rows, *others]):
        raise Refusal("no_parent", "At least one adult must be a parent under the Act.", rule="R022", field="parents")
    for row in rows:
        _verify(call, known[row["adult"]], row)
    for row in others:
        _add(call, row, field="others")
    call.note(
        "parents_established",
        statement=answers["statement"],
        seeking_how=text_of(answers, "seeking_how"),
        parents=[str(parent.id) for parent in facts.parents],
    )
    return Accepted({}, call.today)


@handler("parents.discover")
def discover(call: Call, answers: Answers) -> Accepted:
    """Links a parent whom nobody knew before; what was sent until then counts as `unknown then`. Source: R048, E7."""
    adult = _add(call, answers, field="address")
    call.note("parent_discovered", parent=str(adult), told_by=text_of(answers, "told_by"), basis=answers["basis"])
    return Accepted({"discovered": str(adult)}, call.today)


@handler("parents.prepare_new")
def prepare_new(call: Call, *, parent: str) -> Prepared:
    """Who the new parent is."""
    facts: Facts = call.facts
    return prepared(answers={"contacted_on": call.today.isoformat()}, shown={"parent": facts.name_of(UUID(parent))})


@handler("parents.meet_new")
def meet_new(call: Call, answers: Answers, *, parent: str) -> Accepted:
    """The new parent had the opportunity to become involved. Source: R048, R061."""
    contacted_on = past_day(answers, "contacted_on", today=call.today, rule="R061")
    call.note(
        "new_parent_met",
        parent=parent,
        contacted_on=contacted_on.isoformat(),
        how=answers["how"],
        takes_part=answers["takes_part"],
    )
    return Accepted({}, contacted_on)


def move(
    call: Call, adult: UUID, *, lines: Sequence[str], postcode: str, confidential: bool, country: str = ""
) -> None:
    """Keeps a new address from today on; the older one stays on record. Source: R028, E11."""
    values = {
        "lines": list(lines),
        "postcode": postcode.upper(),
        "country": country or HOME_COUNTRY,
        "confidential": confidential,
        "verified_on": call.today,
        "verified_by": call.actor,
    }
    call.db.execute(
        upsert(tables.address)
        .values(id=new_id(), adult_id=adult, valid_from=call.today, **values)
        .on_conflict_do_update(index_elements=["adult_id", "valid_from"], set_=values)
    )


def check_address(answers: Answers, *, lines: str, postcode: str, field: str) -> None:
    """Refuses an address that no envelope can carry. Source: R028."""
    found = len(lines_of(answers, lines)) + bool(text_of(answers, postcode)) + bool(text_of(answers, "country"))
    if not 2 <= found <= MOST_LINES:
        raise Refusal(
            "address_unusable",
            f"An address has two to {MOST_LINES} lines, the postcode or the country included.",
            rule="R028",
            field=field,
        )


def unchecked(facts: Facts) -> list[Parent]:
    """The parents whose address has not been checked since it changed, or is not known at all."""
    return [parent for parent in facts.parents if parent.address is None or parent.address.verified_on is None]


def verify_before_sending(call: Call, *, confirmed: bool) -> None:
    """No invitation goes to an address that nobody has checked. Source: R028, R029."""
    facts: Facts = call.facts
    hold_adults(call.db, [parent.id for parent in unchecked(facts)])
    open_ = unchecked(facts)
    if missing := [parent.label for parent in open_ if parent.address is None]:
        raise Refusal("no_address", f"No address is on record of {', '.join(missing)}.", rule="R028")
    if open_ and not confirmed:
        raise Refusal(
            "address_unchecked",
            f"Check the address of {', '.join(parent.label for parent in open_)} first.",
            rule="R028",
            field="addresses_checked",
        )
    for parent in open_:
        _mark_verified(call, parent, on=call.today)


def _mark_verified(call: Call, adult: Parent, *, on: date, **values: object) -> None:
    address = tables.address
    latest = select(address.c.id).where(address.c.adult_id == adult.id).order_by(address.c.valid_from.desc()).limit(1)
    call.db.execute(
        update(address)
        .where(address.c.id == latest.scalar_subquery())
        .values(verified_on=on, verified_by=call.actor, **values)
    )


def _shown_address(adult: Parent) -> list[str]:
    # A confidential address is checked in the office's own file: no screen shows it.
    if adult.address is None or adult.is_confidential:
        return []
    return adult.address.as_letter


def _row(adult: Parent) -> dict[str, object]:
    return {
        "adult": str(adult.id),
        "basis": adult.basis,
        "lives_with": adult.lives_with,
        "verified_on": iso(adult.address.verified_on) if adult.address else None,
        "confidential": adult.is_confidential,
    }


def _verify(call: Call, adult: Parent, row: Answers) -> None:
    link = tables.parenthood
    call.db.execute(
        update(link)
        .where(link.c.pupil_id == call.case.subject_id, link.c.adult_id == adult.id)
        .values(basis=row["basis"], lives_with=row["lives_with"])
    )
    if row["basis"] not in BASES:
        return
    verified_on = past_day(row, "verified_on", today=call.today, rule="R028", field="parents")
    if row["is_current"] and adult.address is None:
        raise Refusal("no_address", f"{adult.name} has no address on record.", rule="R028", field="parents")
    if row["is_current"]:
        _mark_verified(call, adult, on=verified_on, confidential=row["confidential"])
        return
    check_address(row, lines="new_address", postcode="new_postcode", field="parents")
    move(
        call,
        adult.id,
        lines=lines_of(row, "new_address"),
        postcode=text_of(row, "new_postcode"),
        confidential=row["confidential"],
    )


def _add(call: Call, row: Answers, *, field: str) -> UUID:
    past_day(row, "verified_on", today=call.today, rule="R028", field=field)
    check_address(row, lines="address", postcode="postcode", field=field)
    adult = new_id()
    call.db.execute(
        insert(tables.adult).values(
            id=adult,
            school_id=call.case.owner_id,
            school_ref=f"{call.case.reference}/{adult}",
            title=text_of(row, "title"),
            forename=text_of(row, "forename"),
            surname=text_of(row, "surname"),
        )
    )
    call.db.execute(
        insert(tables.parenthood).values(
            pupil_id=call.case.subject_id,
            adult_id=adult,
            relationship=text_of(row, "relationship"),
            basis=row["basis"],
            lives_with=row["lives_with"],
        )
    )
    move(
        call,
        adult,
        lines=lines_of(row, "address"),
        postcode=text_of(row, "postcode"),
        confidential=row["confidential"],
        country=text_of(row, "country"),
    )
    return adult

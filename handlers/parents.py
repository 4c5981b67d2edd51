"""Every adult who is a parent of the pupil: established before the first invitation, or discovered later."""

from datetime import date
from uuid import UUID

from sqlalchemy import insert, update

from attendance import tables
from attendance.parents import BASES, Parent, hold_adults
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Accepted, Refusal, handler
from handlers.addresses import check_address, confirm, forget, move, shown_address
from handlers.answers import Answers, Prepared, choice, iso, lines_of, past_day, prepared, rows_of, text_of
from handlers.facts import Facts
from handlers.follow_ups import ask_elsewhere


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
        shown={"addresses": {str(adult.id): shown_address(adult) for adult in adults}},
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
    if answers["statement"] == "still_seeking":
        ask_elsewhere(call, how=text_of(answers, "seeking_how"))
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


def _row(adult: Parent) -> dict[str, object]:
    return {
        "adult": str(adult.id),
        "basis": adult.basis,
        "lives_with": adult.lives_with,
        "verified_on": iso(adult.address.verified_on) if adult.address else None,
        "confidential": adult.is_confidential,
        "may_correspond": adult.may_correspond,
        "restriction": adult.restriction,
        "language": adult.language,
        "format_needs": adult.format_needs,
    }


def link_of(row: Answers, *, field: str) -> dict[str, object]:
    """What stands on the link between pupil and adult: how it is known, since and until when, what limits letters.

    Source: R022, R023, domain.md 5.4, E10, E14, E43.
    """
    may_correspond = row.get("may_correspond") is not False
    if not may_correspond and not text_of(row, "restriction"):
        raise Refusal(
            "restriction_missing",
            "Every parent is written to, unless a court has ordered otherwise: say what was ordered, and when.",
            rule="R022",
            field=field,
        )
    since, until = (date.fromisoformat(row[name]) if row.get(name) else None for name in ("since", "until"))
    if since and until and until < since:
        raise Refusal("ends_before_it_begins", "The link ends before it begins.", rule="R023", field=field)
    dates = {name: day for name, day in (("since", since), ("until", until)) if day}
    return {
        **dates,
        **{name: text_of(row, name) for name in ("evidence", "restriction", "language", "format_needs")},
        "may_correspond": may_correspond,
    }


def _verify(call: Call, adult: Parent, row: Answers) -> None:
    link = tables.parenthood
    call.db.execute(
        update(link)
        .where(link.c.pupil_id == call.case.subject_id, link.c.adult_id == adult.id)
        .values(basis=row["basis"], lives_with=row["lives_with"], **link_of(row, field="parents"))
    )
    if row["basis"] not in BASES:
        return
    verified_on = past_day(row, "verified_on", today=call.today, rule="R028", field="parents")
    if row["is_current"]:
        how = text_of(row, "verified_how")
        confirm(call, adult, on=verified_on, field="parents", confidential=row["confidential"], verified_how=how)
        return
    if row.get("address_unknown"):
        forget(call, adult)
        return
    check_address(row, lines="new_address", postcode="new_postcode", field="parents")
    move(
        call,
        adult.id,
        lines=lines_of(row, "new_address"),
        postcode=text_of(row, "new_postcode"),
        confidential=row["confidential"],
        how=text_of(row, "verified_how"),
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
            **link_of(row, field=field),
        )
    )
    move(
        call,
        adult,
        lines=lines_of(row, "address"),
        postcode=text_of(row, "postcode"),
        confidential=row["confidential"],
        country=text_of(row, "country"),
        how=text_of(row, "verified_how"),
    )
    return adult

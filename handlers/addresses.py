"""Addresses: letters go only where somebody has checked since the address changed, or to nobody. Source: R028, R029."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from attendance import tables
from attendance.countries import HOME_COUNTRY
from attendance.parents import MOST_LINES, Parent, hold_adults
from engine.calls import Call
from engine.ids import new_id
from engine.registry import Refusal
from handlers.answers import Answers, Prepared, choice, lines_of, rows_of, text_of
from handlers.facts import Facts

FIELD = "addresses"  # the rows of a form after which letters go out


def to_check(facts: Facts) -> list[Parent]:
    """The parents whose address nobody has checked since it changed, or is not known, or fits on no envelope."""
    return [parent for parent in facts.parents if not (parent.is_reachable or parent.is_out_of_reach)]


def asking_addresses(facts: Facts, form: Prepared) -> Prepared:
    """A form after which letters go out, with a row for each address that is still to be checked."""
    open_ = to_check(facts)
    form["answers"][FIELD] = [{"adult": str(parent.id)} for parent in open_]
    form["shown"][FIELD] = {str(parent.id): shown_address(parent) for parent in open_}
    form["offers"].setdefault("adult", [choice(parent.id, parent.label) for parent in open_])
    return form


def shown_address(adult: Parent) -> list[str]:
    """The lines of an address. A confidential one is checked in the office's own file: no screen shows it."""
    if adult.address is None or adult.is_confidential:
        return []
    return adult.address.as_letter


def check_before_sending(call: Call, answers: Answers, *, to: Collection[UUID] | None = None) -> None:
    """Keeps what was found out about addresses, and refuses while one of them is still to be checked.

    to: the parents to whom letters go then, where it is not all of them. Source: R028, R029, domain.md E9, E11.
    """
    facts: Facts = call.facts
    rows = rows_of(answers, FIELD)
    hold_adults(call.db, [parent.id for parent in facts.parents])
    parents = {str(parent.id): parent for parent in facts.parents}
    for row in rows:
        if row["adult"] not in parents:
            raise Refusal("not_a_parent", f"{row['adult']} is no parent in this case.", rule="R022", field=FIELD)
        keep_found(call, parents[row["adult"]], row, field=FIELD)
    if open_ := [parent.label for parent in to_check(facts) if to is None or parent.id in to]:
        raise Refusal(
            "address_unchecked",
            f"Check the address of {', '.join(open_)} first. Say whether it is right, give the right one, or say that "
            "nobody knows one now.",
            rule="R028",
            field=FIELD,
        )


def keep_found(call: Call, adult: Parent, row: Answers, *, field: str) -> None:
    """Keeps that an address is right, that another one is, or that nobody knows one. Counts as checked today."""
    if row["found"] == "current":
        confirm(call, adult, on=call.today, field=field)
    elif row["found"] == "new":
        check_address(row, lines="new_address", postcode="new_postcode", field=field)
        move(
            call,
            adult.id,
            lines=lines_of(row, "new_address"),
            postcode=text_of(row, "new_postcode"),
            confidential=adult.is_confidential if row.get("confidential") is None else row["confidential"],
        )
    else:
        forget(call, adult)


def confirm(call: Call, adult: Parent, *, on: date, field: str, **values: object) -> None:
    """The address on record is right. Refuses where there is none that an envelope can carry."""
    if adult.address is None or not adult.address.is_usable:
        raise Refusal(
            "no_address",
            f"No letter could go to what is on record of {adult.label}: give an address, or say that nobody knows one.",
            rule="R028",
            field=field,
        )
    address = tables.address
    latest = select(address.c.id).where(address.c.adult_id == adult.id).order_by(address.c.valid_from.desc()).limit(1)
    call.db.execute(
        update(address)
        .where(address.c.id == latest.scalar_subquery())
        .values(verified_on=on, verified_by=call.actor, **values)
    )


def forget(call: Call, adult: Parent) -> None:
    """Nobody knows an address now: letters to this adult wait until somebody does (domain.md E15)."""
    move(call, adult.id, lines=[], postcode="", confidential=adult.is_confidential)
    call.note("address_unknown", parent=str(adult.id))


def move(
    call: Call,
    adult: UUID,
    *,
    lines: Sequence[str],
    postcode: str,
    confidential: bool,
    country: str = "",
    how: str = "",
) -> None:
    """Keeps a new address from today on; the older one stays on record. Source: R028, E11."""
    values = {
        "lines": list(lines),
        "postcode": postcode.upper(),
        "country": country or HOME_COUNTRY,
        "confidential": confidential,
        "verified_on": call.today,
        "verified_by": call.actor,
        "verified_how": how,
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

"""Takes the file of adults into the records: an address each, dated, and what each is to a pupil."""

import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from attendance import tables
from attendance.adults import Adult, Parenthood, Replaced, read_adults
from attendance.moments import LONDON
from attendance.parents import hold_adults
from attendance.register_rows import Quarantined


@dataclass(frozen=True)
class AdultsImported:
    """What became of a file of adults."""

    rows: int
    adults_new: int
    adults_changed: int  # a detail or the address
    parenthoods_new: int
    parenthoods_changed: int
    quarantined: tuple[Quarantined, ...]
    conflicts: tuple[Replaced, ...]


def import_adults(
    db: Connection, *, school_id: UUID, content: bytes, now: datetime, new_id: Callable[[], UUID]
) -> AdultsImported:
    """Takes the good rows about pupils whom a register has named.

    A new address is dated today and not yet verified; the former one is kept. A confidential address stays so, one that
    is not known yet included: only a person lifts that, never a file. Raises Unreadable.
    Source: R022 to R029, domain.md 5.4, section 7.
    """
    db.execute(select(tables.school.c.id).where(tables.school.c.id == school_id).with_for_update(key_share=True)).one()
    file = read_adults(io.BytesIO(content))
    pupil = tables.pupil.c
    pupils = {row.upn: row.id for row in db.execute(select(pupil.upn, pupil.id).where(pupil.school_id == school_id))}
    links = [link for link in file.parenthoods if link.upn in pupils]
    strangers = [Quarantined(link.row, _STRANGER) for link in file.parenthoods if link.upn not in pupils]
    wanted = [file.adults[school_ref] for school_ref in dict.fromkeys(link.school_ref for link in links)]
    adults, new, changed = _save_adults(db, school_id, wanted, new_id)
    moved, kept_secret = _save_addresses(db, school_id, wanted, adults, now.astimezone(LONDON).date(), new_id)
    links_new, links_changed = _save_parenthoods(db, school_id, links, pupils, adults)
    return AdultsImported(
        rows=file.rows,
        adults_new=len(new),
        adults_changed=len((changed | moved) - new),
        parenthoods_new=links_new,
        parenthoods_changed=links_changed,
        quarantined=tuple(sorted([*file.quarantined, *strangers], key=attrgetter("row"))),
        conflicts=(*file.conflicts, *(Replaced(_row_of(links, adult), _SECRET) for adult in kept_secret)),
    )


_STRANGER = "No register of this school has named a pupil with this UPN."
_SECRET = "The address was confidential and stays so; a person can lift that."  # noqa: S105


def _save_adults(
    db: Connection, school_id: UUID, wanted: Sequence[Adult], new_id: Callable[[], UUID]
) -> tuple[dict[str, UUID], set[str], set[str]]:
    """The adults' ids by the school's id, and who of them is new and who changed."""
    adult = tables.adult.c
    of_school = select(adult.id, adult.school_ref).where(adult.school_id == school_id)
    known = {row.school_ref: row.id for row in db.execute(of_school)}
    hold_adults(db, [known[found.school_ref] for found in wanted if found.school_ref in known])
    rows = {row.school_ref: row for row in db.execute(select(tables.adult).where(adult.school_id == school_id))}
    new = [
        {"id": new_id(), "school_id": school_id, "school_ref": found.school_ref, **_details(found)}
        for found in wanted
        if found.school_ref not in rows
    ]
    if new:
        db.execute(insert(tables.adult), new)
    changed = {
        found.school_ref: {"adult_id": rows[found.school_ref].id, **_details(found)}
        for found in wanted
        if found.school_ref in rows and _says_else(rows[found.school_ref], _details(found))
    }
    if changed:
        db.execute(update(tables.adult).where(adult.id == bindparam("adult_id")), list(changed.values()))
    ids = {ref: row.id for ref, row in rows.items()} | {row["school_ref"]: row["id"] for row in new}
    return ids, {row["school_ref"] for row in new}, set(changed)


def _save_addresses(
    db: Connection,
    school_id: UUID,
    wanted: Sequence[Adult],
    adults: Mapping[str, UUID],
    today: date,
    new_id: Callable[[], UUID],
) -> tuple[set[str], list[str]]:
    """Whose address is another than the latest one or confidential now, and whose stays so against the file."""
    address = tables.address.c
    dated = (
        select(tables.address)
        .join(tables.adult, tables.adult.c.id == address.adult_id)
        .where(tables.adult.c.school_id == school_id)
        .order_by(address.valid_from)
    )
    rows = {row.adult_id: row for row in db.execute(dated)}  # of one adult the latest stays
    adult = tables.adult.c
    waits = select(adult.id).where(adult.school_id == school_id, adult.address_confidential)
    without = set(db.execute(waits).scalars())
    moved: dict[str, dict[str, Any]] = {}
    hidden: dict[str, UUID] = {}
    kept_secret: list[str] = []
    for found in wanted:
        adult_id, said = adults[found.school_ref], {**asdict(found.address), "lines": list(found.address.lines)}
        row = rows.get(adult_id)
        is_secret = row.confidential if row else adult_id in without
        if is_secret and not said["confidential"]:
            said["confidential"] = True
            kept_secret.append(found.school_ref)
        if (said["lines"] or said["postcode"]) and (row is None or _says_else(row, _where(said))):
            moved[found.school_ref] = {
                "id": new_id(), "adult_id": adult_id, "valid_from": today,
                "verified_on": None, "verified_by": None, **said,
            }  # fmt: skip
        elif said["confidential"] and not is_secret:
            hidden[found.school_ref] = adult_id
    if moved:
        saved = insert(tables.address)
        again = saved.on_conflict_do_update(
            index_elements=["adult_id", "valid_from"],
            set_={name: saved.excluded[name] for name in _ADDRESS},
        )
        db.execute(again, list(moved.values()))
    _hide(db, hidden.values(), rows)
    return {*moved, *hidden}, kept_secret


def _hide(db: Connection, adults: Collection[UUID], rows: Mapping[UUID, Row[Any]]) -> None:
    """Keeps the latest address of each confidential; where none is known, whichever comes."""
    known = [rows[adult].id for adult in adults if adult in rows]
    unknown = [adult for adult in adults if adult not in rows]
    address, adult = tables.address, tables.adult
    if known:
        db.execute(update(address).where(address.c.id.in_(known)).values(confidential=True))
    if unknown:
        db.execute(update(adult).where(adult.c.id.in_(unknown)).values(address_confidential=True))


def _where(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ("lines", "postcode", "country")}


_ADDRESS = ("lines", "postcode", "country", "confidential", "verified_on", "verified_by")


def _save_parenthoods(
    db: Connection,
    school_id: UUID,
    links: Sequence[Parenthood],
    pupils: Mapping[str, UUID],
    adults: Mapping[str, UUID],
) -> tuple[int, int]:
    """How many links are new, and how many say something else than before. When one ends is not the file's to say."""
    link = tables.parenthood
    pupil = tables.pupil.c
    kept = select(link).join(tables.pupil, pupil.id == link.c.pupil_id).where(pupil.school_id == school_id)
    rows = {(row.pupil_id, row.adult_id): row for row in db.execute(kept)}
    said = {
        (pupils[found.upn], adults[found.school_ref]): {
            "relationship": found.relationship,
            "basis": found.basis,
            "lives_with": found.lives_with,
        }
        for found in links
    }
    new = [
        {"pupil_id": pupil, "adult_id": adult, **of}
        for (pupil, adult), of in said.items()
        if (pupil, adult) not in rows
    ]
    changed = [
        {"this_pupil": of[0], "this_adult": of[1], **what}
        for of, what in said.items()
        if of in rows and _says_else(rows[of], what)
    ]
    if new:
        db.execute(insert(link), new)
    if changed:
        here = (link.c.pupil_id == bindparam("this_pupil")) & (link.c.adult_id == bindparam("this_adult"))
        db.execute(update(link).where(here), changed)
    return len(new), len(changed)


def _details(adult: Adult) -> dict[str, Any]:
    return {name: value for name, value in asdict(adult).items() if name not in ("school_ref", "address")}


def _says_else(row: Row[Any], said: Mapping[str, Any]) -> bool:
    return any(row._mapping[name] != value for name, value in said.items())


def _row_of(links: Sequence[Parenthood], school_ref: str) -> int:
    return next(link.row for link in links if link.school_ref == school_ref)

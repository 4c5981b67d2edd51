"""Who is on roll: pupils, and the adults around them, as lists show them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    String,
    Uuid,
    and_,
    any_,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on

from attendance.codes import ON_CLOSED_DAYS
from attendance.tables import (
    address,
    adult,
    calendar,
    mark_change,
    parenthood,
    pupil,
    register_file,
    register_import,
    school,
)
from engine.database import AnyRow
from engine.errors import NotFound
from engine.queries.pages import Page, Wanted, read_page
from engine.queries.sight import Sight


def pupil_names(db: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """The name of each of these pupils."""
    if not ids:
        return {}
    p = pupil.c
    rows = db.execute(select(p.id, p.forename, p.surname).where(p.id.in_(ids)))
    return {row.id: name_of(row) for row in rows}


def adult_names(db: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """The name of each of these adults."""
    if not ids:
        return {}
    a = adult.c
    rows = db.execute(select(a.id, a.title, a.forename, a.surname).where(a.id.in_(ids)))
    return {row.id: name_of(row) for row in rows}


def name_of(row: AnyRow) -> str:
    """Title, forename and surname of a row, as far as they are known."""
    words = (getattr(row, "title", ""), row.forename, row.surname)
    return " ".join(word for word in words if word) or "Without a name"


def pupils(
    db: Connection,
    schools: Collection[UUID],
    *,
    wanted: Wanted,
    name: str = "",
    upn: str = "",
    only: Collection[UUID] | None = None,
    sight: Sight | None = None,
) -> Page:
    """The pupils of these schools by surname, as far as in sight. `name` is how a fore- or surname begins."""
    p = pupil.c
    statement = select(pupil).where(p.school_id.in_(schools))
    if sight is not None:
        statement = statement.where(sight.of_subject(p.id, owner=p.school_id))
    if name:
        statement = statement.where(or_(_begins(p.surname, name), _begins(p.forename, name)))
    if upn:
        statement = statement.where(p.upn == upn.strip().upper())
    if only is not None:
        statement = statement.where(p.id == any_(literal(list(only), ARRAY(Uuid))))
    return read_page(db, statement, of=pupil, wanted=wanted, order=_by_name(p))


def pupil_by_id(db: Connection, pupil_id: UUID) -> AnyRow:
    """One pupil. Raises NotFound."""
    return _one(db, select(pupil).where(pupil.c.id == pupil_id))


def adults(db: Connection, schools: Collection[UUID], *, wanted: Wanted) -> Page:
    """The adults of these schools by surname, with the address that counts now."""
    statement = _adults().where(adult.c.school_id.in_(schools))
    return read_page(db, statement, of=adult, wanted=wanted, order=_by_name(adult.c))


def adult_by_id(db: Connection, adult_id: UUID) -> AnyRow:
    """One adult. Raises NotFound."""
    return _one(db, _adults().where(adult.c.id == adult_id))


def has_confidential_address(db: Connection, recipient: str) -> bool:
    """Whether an address of this adult, now or before, is kept confidential. `recipient` as deliveries name them."""
    found = exists().where(address.c.confidential, address.c.adult_id.cast(String) == recipient)
    return bool(db.execute(select(found)).scalar())


def adults_around(db: Connection, pupil_id: UUID) -> list[AnyRow]:
    """The adults linked to a pupil, parents or not, with what they are to this pupil."""
    link = parenthood.c
    found = (
        _adults()
        .add_columns(link.relationship, link.basis, link.lives_with, link.since, link.until)
        .join(parenthood, link.adult_id == adult.c.id)
        .where(link.pupil_id == pupil_id)
    )
    return list(db.execute(found.order_by(*_by_name(adult.c), adult.c.id)))


def schools(db: Connection, ids: Collection[UUID]) -> list[AnyRow]:
    """These schools by name."""
    return list(db.execute(select(school).where(school.c.id.in_(ids)).order_by(school.c.name, school.c.id)))


def latest_calendar(db: Connection, school_id: UUID) -> AnyRow:
    """A school's calendar in its latest version. Raises NotFound."""
    c = calendar.c
    return _one(db, select(calendar).where(c.school_id == school_id).order_by(c.version.desc()).limit(1))


def calendar_versions(db: Connection, school_id: UUID) -> list[AnyRow]:
    """Every version of a school's calendar, the newest first."""
    c = calendar.c
    return list(db.execute(select(calendar).where(c.school_id == school_id).order_by(c.version.desc())))


def imports(db: Connection, schools: Collection[UUID], *, wanted: Wanted) -> Page:
    """The register imports of these schools the newest first."""
    statement = _imports().where(register_import.c.school_id.in_(schools))
    return read_page(db, statement, of=register_import, wanted=wanted, newest_first=True)


def import_by_id(db: Connection, import_id: UUID) -> AnyRow:
    """One register import. Raises NotFound."""
    return _one(db, _imports().where(register_import.c.id == import_id))


def mark_changes(
    db: Connection,
    *,
    wanted: Wanted,
    import_id: UUID | None = None,
    pupil_id: UUID | None = None,
    closed: bool = False,
) -> Page:
    """The marks that were changed, by an import or of a pupil, the latest change first, each with its file.

    closed: only those replaced by the mark of a day on which the school was closed.
    """
    c = mark_change.c
    statement = select(mark_change, register_import.c.filename).join(
        register_import, register_import.c.id == c.import_id
    )
    if import_id is not None:
        statement = statement.where(c.import_id == import_id)
    if pupil_id is not None:
        statement = statement.where(c.pupil_id == pupil_id)
    if closed:
        statement = statement.where(c.became.in_(ON_CLOSED_DAYS), c.was.not_in(ON_CLOSED_DAYS))
    return read_page(db, statement, of=mark_change, wanted=wanted, newest_first=True)


def _imports() -> Select[Any]:
    file = register_file.c
    return select(register_import, file.sha256).join(register_file, file.id == register_import.c.file_id)


def _adults() -> Select[Any]:
    a = address.c
    latest = (
        select(a.adult_id, a.lines, a.postcode, a.country, a.confidential, a.verified_on)
        .ext(distinct_on(a.adult_id))
        .order_by(a.adult_id, a.valid_from.desc())
        .subquery("latest")
    )
    own = latest.c
    is_confidential = func.coalesce(own.confidential, adult.c.address_confidential).label("confidential")
    return select(adult, own.lines, own.postcode, own.country, is_confidential, own.verified_on).outerjoin_from(
        adult, latest, and_(own.adult_id == adult.c.id)
    )


def _one(db: Connection, statement: Select[Any]) -> AnyRow:
    row = db.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _by_name(columns: Any) -> list[ColumnElement[str]]:
    return [func.lower(columns.surname), func.lower(columns.forename)]


def _begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    return func.lower(column).startswith(beginning.lower(), autoescape=True)

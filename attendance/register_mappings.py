"""Which titles of a school's files mean what, as somebody said once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from attendance.errors import Unreadable
from attendance.register_columns import COLUMNS
from attendance.tables import register_mapping

_m = register_mapping.c


def mapping_of(db: Connection, school_id: UUID) -> dict[str, str]:
    """What we call a column → its title in this school's files; empty when nobody said."""
    return dict(db.execute(select(_m.titles).where(_m.school_id == school_id)).scalar_one_or_none() or {})


def save_mapping(db: Connection, school_id: UUID, titles: Mapping[str, str], *, actor: str, now: datetime) -> None:
    """Remembers a mapping with which a file was read."""
    said = {"titles": dict(titles), "saved_by": actor, "saved_at": now}
    saved = insert(register_mapping).values(school_id=school_id, **said)
    db.execute(saved.on_conflict_do_update(index_elements=["school_id"], set_=said))


def titles_said(words: Iterable[str]) -> dict[str, str]:
    """What we call columns → their titles, from words like `mark=Attendance Code`. Raises Unreadable."""
    pairs = [(name.strip(), title.strip()) for name, _, title in (word.partition("=") for word in words)]
    if any(not name or not title for name, title in pairs):
        raise Unreadable("A mapping is written like `mark=Attendance Code`: what it is, and the column's title.")
    if strangers := [name for name, _ in pairs if name not in COLUMNS]:
        raise Unreadable(f"There is no {strangers[0][:40]} to give a column: known are {', '.join(COLUMNS)}.")
    return dict(pairs)

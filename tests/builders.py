"""A school, a pupil with a register, and the adults around the pupil, for tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, update

from attendance import tables
from attendance.calendar_file import calendar_of
from engine.ids import new_id

# A made-up school whose school year is that of the sample calendar.
CALENDAR: dict[str, Any] = {
    "terms": [
        ["2026-09-02", "2026-10-23"],
        ["2026-11-02", "2026-12-18"],
        ["2027-01-04", "2027-02-12"],
        ["2027-02-22", "2027-03-25"],
        ["2027-04-12", "2027-05-28"],
        ["2027-06-07", "2027-07-21"],
    ],
    "inset": ["2026-09-02", "2026-11-02", "2027-01-04", "2027-04-12", "2027-07-21"],
    "closures": [],
}
OPENED = date(2026, 11, 23)  # Mon; the window is 12 Oct to 23 Nov 2026, with 50 possible sessions
# Nine sessions: the mornings and afternoons of Tue 13 to Thu 15 Oct, and of Mon 9 Nov, and one on Fri 20 Nov.
ABSENT: Mapping[date, str] = {
    date(2026, 10, 13): "OO",
    date(2026, 10, 14): "OO",
    date(2026, 10, 15): "OO",
    date(2026, 11, 9): "OO",
    date(2026, 11, 20): "O\\",
}


def make_school(db: Connection, *, calendar: Mapping[str, Any] = CALENDAR, urn: str = "999990") -> UUID:
    """A school with the first version of its calendar."""
    school = new_id()
    db.execute(
        insert(tables.school).values(
            id=school,
            urn=urn,
            laestab="9269990",
            name="Saltmarsh High School",
            phone="01603 000000",
            address=["Saltmarsh High School", "Marsh Lane", "Saltmarsh", "NR99 1AA"],
        )
    )
    change_calendar(db, school, calendar, version=1)
    return school


def change_calendar(db: Connection, school: UUID, content: Mapping[str, Any], *, version: int) -> None:
    """Another version of a school's calendar."""
    db.execute(
        insert(tables.calendar).values(
            id=new_id(), school_id=school, version=version, content=content, created_at=datetime.now(UTC)
        )
    )


def make_pupil(
    db: Connection,
    school: UUID,
    *,
    upn: str = "P926999018001",
    forename: str = "Jamie",
    surname: str = "Okafor",
    born: date | None = date(2012, 3, 21),
) -> UUID:
    """A pupil without marks."""
    pupil = new_id()
    db.execute(
        insert(tables.pupil).values(
            id=pupil,
            school_id=school,
            upn=upn,
            forename=forename,
            surname=surname,
            born=born,
            year="10",
            registration_group="10A",
        )
    )
    return pupil


def mark_register(
    db: Connection,
    pupil: UUID,
    *,
    absent: Mapping[date, str] = ABSENT,
    first: date = date(2026, 9, 3),
    last: date = OPENED,
    calendar: Mapping[str, Any] = CALENDAR,
) -> None:
    """Present on every school day but the absent ones, whose two characters are the morning's and afternoon's codes."""
    days = [day for day in calendar_of(calendar).school_days if first <= day <= last]
    rows = [
        {"pupil_id": pupil, "day": day, "am": absent.get(day, "/\\")[0], "pm": absent.get(day, "/\\")[1]}
        for day in days
    ]
    db.execute(insert(tables.mark), rows)


def amend(db: Connection, school: UUID, pupil: UUID, day: date, *, session: str, code: str) -> None:
    """An import that changes one mark, with the former one kept."""
    file, now = new_id(), datetime.now(UTC)
    kept = insert(tables.register_file).values(
        id=file, school_id=school, filename="register.csv", sha256=str(file), size=0, kept_at=now
    )
    db.execute(kept)
    counts = ("left_out", "quarantined", "gaps", "conflicts", "pupils_new", "marks_new", "marks_unchanged")
    db.execute(
        insert(tables.register_import).values(
            id=file,
            school_id=school,
            file_id=file,
            filename="register.csv",
            shape="long",
            notes=[],
            rows=1,
            marks_changed=1,
            marks_closed=0,
            imported_by="system",
            imported_at=now,
            **dict.fromkeys(counts, 0),
        )
    )
    mark, half = tables.mark, session.lower()
    here = (mark.c.pupil_id == pupil) & (mark.c.day == day)
    was = db.execute(mark.select().where(here)).mappings().one()[half]
    db.execute(update(mark).where(here).values({half: code}))
    db.execute(
        insert(tables.mark_change).values(
            id=new_id(),
            pupil_id=pupil,
            day=day,
            session=session,
            was=was,
            became=code,
            import_id=file,
            at=datetime.now(UTC),
        )
    )


def make_adult(
    db: Connection,
    school: UUID,
    *pupils: UUID,
    surname: str = "Okafor",
    forename: str = "Ada",
    title: str = "Mrs",
    relationship: str = "Mother",
    basis: str = "biological",
    lines: Sequence[str] = ("14 Windmill Road", "Saltmarsh"),
    postcode: str = "NR99 2BB",
    confidential: bool = False,
    email: str = "",
    phone: str = "",
) -> UUID:
    """An adult linked to pupils, with an address that was checked in September."""
    adult = new_id()
    db.execute(
        insert(tables.adult).values(
            id=adult,
            school_id=school,
            school_ref=str(adult),
            title=title,
            forename=forename,
            surname=surname,
            email=email,
            phone=phone,
        )
    )
    db.execute(
        insert(tables.address).values(
            id=new_id(),
            adult_id=adult,
            lines=list(lines),
            postcode=postcode,
            confidential=confidential,
            valid_from=date(2026, 9, 1),
            verified_on=date(2026, 9, 1),
            verified_by="the office",
        )
    )
    for pupil in pupils:
        db.execute(
            insert(tables.parenthood).values(
                pupil_id=pupil, adult_id=adult, relationship=relationship, basis=basis, lives_with="full"
            )
        )
    return adult


def make_notice(
    db: Connection,
    school: UUID,
    pupil: UUID,
    *,
    sessions: Sequence[tuple[date, str]] = (),
    adult: UUID | None = None,
    issued_on: date = OPENED,
    status: str = "issued",
) -> UUID:
    """A penalty notice of one parent about sessions of a pupil."""
    notice = new_id()
    db.execute(
        insert(tables.penalty_notice).values(
            id=notice,
            school_id=school,
            reference=str(notice),
            pupil_id=pupil,
            adult_id=adult or make_adult(db, school, pupil),
            issued_on=issued_on,
            status=status,
            recorded_by="system",
            recorded_at=datetime.now(UTC),
        )
    )
    rows = [{"notice_id": notice, "day": day, "session": session} for day, session in sessions]
    if rows:
        db.execute(insert(tables.penalty_notice_session), rows)
    return notice


def school_days_from(day: date, *, number: int) -> list[date]:
    """So many school days from a day on."""
    return [found for found in calendar_of(CALENDAR).school_days if found >= day][:number]


def days_of(first: date, last: date) -> list[date]:
    """Every day from a day to a day."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]

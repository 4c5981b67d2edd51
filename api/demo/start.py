"""Makes a database into the demo: its mark, the process, the school, the people. Each only when it is missing."""

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import select

from api.database import mark
from api.demo.generate import FOLDER
from api.demo.people import DemoPerson, ensure_people
from api.demo.register import LAST_DAY
from api.errors import ServiceError
from api.wiring import BUNDLE, Wiring
from attendance import tables
from attendance.calendar_file import calendar_from_bytes, school_of
from attendance.people import import_adults
from attendance.register_imports import import_register
from attendance.schools import save_school_calendar
from attendance.words import in_words
from engine.bundles import read_folder
from engine.clock import LONDON
from engine.clock import now as read_clock
from engine.ids import new_id
from engine.people import SYSTEM
from engine.versions import publish_if_none

AFTER_SCHOOL = time(16)
TOKENS = "demo-tokens.json"


@dataclass(frozen=True)
class Demo:
    """What whoever started the demo is told."""

    school: str
    now: datetime
    people: tuple[DemoPerson, ...]
    tokens_in: str

    def in_words(self) -> Iterator[str]:
        local = self.now.astimezone(LONDON)
        yield f"Demo: {self.school}, everybody invented. Its clock stands at {in_words(local.date())} {local:%H:%M}."
        yield f"Tokens (also in {self.tokens_in}):"
        for person in self.people:
            yield f"  {person.role:<18} {person.name:<24} {person.token}"


def refuse_strangers(host: str) -> None:
    """The demo's tokens are no secret: it only listens where nobody else can reach it. Raises ServiceError."""
    try:
        addresses = {found[4][0] for found in socket.getaddrinfo(host, None)}
    except OSError:
        return  # the address itself is wrong, and will be said to be
    if not all(ipaddress.ip_address(str(address)).is_loopback for address in addresses):
        raise ServiceError(
            f"The demo is for this machine alone, and {host} can be reached from others. Start it without --host."
        )


def start_demo(wiring: Wiring) -> Demo:
    """The demo of this database, as it stands. Raises ServiceError when the database belongs to no demo."""
    engine = wiring.database.engine
    mark(engine, demo=True, starts_at=datetime.combine(LAST_DAY, AFTER_SCHOOL, tzinfo=LONDON))
    publish_if_none(wiring.runtime, read_folder(BUNDLE))
    school_id, name = _ensure_school(wiring)
    tokens = wiring.settings.data_dir / TOKENS
    with engine.begin() as db:
        people = ensure_people(db, school_id, kept_in=tokens)
        return Demo(name, read_clock(db), tuple(people), str(tokens))


def _ensure_school(wiring: Wiring) -> tuple[UUID, str]:
    """The demo school's id and name; its files are read once, because cases change what they said."""
    content = calendar_from_bytes((FOLDER / "calendar.json").read_bytes())
    details = school_of(content)
    with wiring.database.engine.begin() as db:
        school = tables.school.c
        found = db.execute(select(school.id).where(school.urn == details.urn)).scalar_one_or_none()
        if found is not None:
            return found, details.name
        now = read_clock(db)
        school_id, _ = save_school_calendar(db, content, now=now, new_id=new_id)
        import_register(
            db,
            school_id=school_id,
            filename="register.csv",
            content=(FOLDER / "register.csv").read_bytes(),
            actor=SYSTEM,
            now=now,
            new_id=new_id,
        )
        import_adults(db, school_id=school_id, content=(FOLDER / "adults.csv").read_bytes(), now=now, new_id=new_id)
        return school_id, details.name

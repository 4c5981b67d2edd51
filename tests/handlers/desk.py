"""A case at one desk: its handlers are called one by one, as the diagrams would, with the clock in hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select

from api.documents.render import letter_text, read_letter, render
from api.packs.binding import bound
from attendance.moments import LONDON
from engine import tables
from engine.calls import Call, CaseFacts, keep_answer
from engine.forms.reading import read_form
from engine.history import Notes, timeline
from engine.ids import new_id
from engine.policy import Policy
from engine.registry import Accepted
from handlers import REGISTRY
from handlers.facts import Facts
from tests.builders import ABSENT, OPENED, make_adult, make_pupil, make_school, mark_register

BUNDLE = Path(__file__).parents[2] / "bpmn" / "fast_track"
POLICY = Policy.read((BUNDLE / "policy.json").read_bytes())
LETTERS = {f"letters/{path.name}": path.read_bytes() for path in (BUNDLE / "letters").glob("*.md")}
LISTS = {path.stem: path.read_bytes() for path in (BUNDLE / "lists").glob("*.json")}
ACTOR = "01890000-0000-7000-8000-000000000001"


@dataclass
class PlainPages:
    """Fills letters as the real renderer does and keeps their words and fields, in order, without typesetting them."""

    fields: list[dict[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    are_typeset: bool = False  # after all, where a test looks at the pages

    def __call__(self, template: bytes, fields: Mapping[str, Any]) -> tuple[str, bytes]:
        """Raises FieldRefused for a field that the letter needs and nobody gave."""
        text = letter_text(template, fields)
        self.fields.append(dict(fields))
        self.texts.append(text)
        if self.are_typeset:
            return render(template, fields)
        return read_letter(template).title, text.encode()


@dataclass
class Desk:
    """One case, and everybody who works on it."""

    db: Connection
    school: UUID
    pupil: UUID
    case: CaseFacts
    now: datetime
    pages: PlainPages = field(default_factory=PlainPages)
    visit: int = 0

    def at(self, day: date, *, hour: int = 9) -> None:
        """Moves the clock to an hour of a day in England."""
        self.now = datetime.combine(day, time(hour), LONDON).astimezone(UTC)

    @property
    def facts(self) -> Facts:
        """The facts of a step that runs now."""
        return Facts(db=self.db, case=self.case, now=self.now, policy=POLICY)

    def ask(self, name: str, *arguments: Any) -> Any:
        """What an expression gets."""
        return REGISTRY.facts[name](self.facts, *arguments)

    def call(self, element: str = "Somewhere", *, item: str = "") -> Call:
        """One invocation of a handler."""
        self.visit += 1
        notes = Notes(self.case.id, actor=ACTOR, at=self.now)
        return Call(
            db=self.db,
            case=self.case,
            element=element,
            path=element,
            visit=self.visit,
            item=item,
            now=self.now,
            actor=ACTOR,
            policy=POLICY,
            facts=self.facts,
            letters=LETTERS,
            render=self.pages,
            notes=notes,
            lists=LISTS,
            bind=bound,
        )

    def serve(self, name: str, **properties: Any) -> Any:
        """Runs a service task's handler."""
        call = self.call()
        result = REGISTRY.handlers[name](call, **properties)
        call.notes.write(self.db)
        return result

    def prepare(self, name: str, *, element: str = "Somewhere", **properties: Any) -> dict[str, Any]:
        """What a task's form starts with."""
        prepared: dict[str, Any] = REGISTRY.handlers[name](self.call(element), **properties)
        return prepared

    def complete(
        self,
        form: str,
        accept: str,
        answers: Mapping[str, Any],
        *,
        prepare: str = "",
        element: str = "Somewhere",
        **properties: Any,
    ) -> Accepted:
        """Completes a task: the answers pass the form with what `prepare` gave, `accept` takes them, they are kept."""
        prepared = self.prepare(prepare, element=element, **properties) if prepare else {}
        asked = read_form((BUNDLE / "forms" / f"{form}.json").read_bytes(), functions=REGISTRY.facts)
        checked = asked.parse(answers, offers=prepared.get("offers"), seeded=prepared.get("answers"))
        call = self.call(element)
        accepted: Accepted = REGISTRY.handlers[accept](call, checked, **properties)
        keep_answer(self.db, call, checked, id_=new_id(), task_id=None)
        call.notes.write(self.db)
        return accepted

    def history(self, what: str) -> list[dict[str, Any]]:
        """The facts of what happened under one word."""
        return [row["facts"] for row in timeline(self.db, self.case.id) if row["what"] == what]

    def letters(self) -> list[tuple[str, str]]:
        """Code and recipient of every letter, in order."""
        d = tables.delivery.c
        rows = self.db.execute(select(d.letter, d.recipient).where(d.case_id == self.case.id).order_by(d.id))
        return [(row.letter, row.recipient) for row in rows]

    def papers(self) -> list[tuple[str, str]]:
        """Code and recipient of every document, sent or handed over, in order."""
        d = tables.document.c
        rows = self.db.execute(select(d.kind, d.recipient).where(d.case_id == self.case.id).order_by(d.id))
        return [(row.kind, row.recipient) for row in rows]

    def letters_to(self, letter: str, *surnames: str) -> list[str]:
        """What each letter of a code says, to the adults of these names."""
        made = zip(self.papers(), self.pages.texts, self.pages.fields, strict=True)
        return [text for (code, _), text, to in made if code == letter and to["addressee_name"].endswith(surnames)]


def open_desk(db: Connection, *, absent: Mapping[date, str] = ABSENT, last_mark: date = date(2027, 3, 25)) -> Desk:
    """A case of Jamie Okafor, opened on Mon 23 Nov 2026 at nine, with the figures not taken yet.

    The register goes on to the end of March, as if every day had its marks in time.
    """
    school = make_school(db)
    pupil = make_pupil(db, school)
    mark_register(db, pupil, absent=absent, last=last_mark)
    now = datetime.combine(OPENED, time(9), LONDON).astimezone(UTC)
    case = CaseFacts(new_id(), "FT-2026-00042", "fast_track", school, pupil, now)
    version = new_id()
    db.execute(
        insert(tables.process_version).values(
            id=version,
            process="fast_track",
            number=1,
            sha256="0" * 64,
            published_by="system",
            published_at=now,
            contracts={},
        )
    )
    db.execute(
        insert(tables.case).values(
            id=case.id,
            reference=case.reference,
            process=case.process,
            version_id=version,
            owner_id=school,
            subject_id=pupil,
            revision=1,
            opened_by=ACTOR,
            opened_at=now,
        )
    )
    return Desk(db, school, pupil, case, now)


def two_parents(desk: Desk) -> tuple[UUID, UUID]:
    """Jamie's mother, and the father at an address that nobody may learn."""
    mother = make_adult(desk.db, desk.school, desk.pupil)
    father = make_adult(
        desk.db,
        desk.school,
        desk.pupil,
        surname="Reed",
        forename="Tom",
        title="Mr",
        relationship="Father",
        lines=("7 Harbour Lane", "Elsewhere"),
        postcode="NR98 3CC",
        confidential=True,
        email="tom@example.org",
        phone="07700 900002",
    )
    return mother, father

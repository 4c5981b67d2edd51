"""The real process over HTTP: from the register to the end of a case, each person at their own desk."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from api.demo.answers import FORMS
from api.demo.generate import FOLDER
from api.demo.question import Question
from api.demo.register import LAST_DAY
from api.documents.outbox import PostFolder
from api.documents.render import render
from api.packs.binding import bound
from api.wiring import BUNDLE
from attendance.calendar_file import calendar_from_bytes, calendar_of
from attendance.schools import save_school_calendar
from engine import clock
from engine.bundles import read_folder
from engine.database import transaction
from engine.ids import new_id
from engine.runtime import Runtime
from engine.versions import publish
from engine.work import work_once
from handlers import REGISTRY
from handlers.facts import Facts
from tests.api.desk import Desk, Office, office_on

ROLES = ("attendance_lead", "head_teacher", "panel_chair", "post_room", "authority_officer")
CSV = {"Content-Type": "text/csv"}
CALENDAR = calendar_from_bytes((FOLDER / "calendar.json").read_bytes())
MOST_ROUNDS = 200


class School:
    """The demo's school, worked by people at their desks."""

    def __init__(self, engine: Engine, post: Path) -> None:
        runtime = Runtime(engine, REGISTRY, Facts, render, bind=bound)
        publish(runtime, read_folder(BUNDLE), actor="system")
        with transaction(engine) as db:
            clock.start_at(db, datetime.combine(LAST_DAY, time(16), tzinfo=clock.LONDON))
            self.id, _ = save_school_calendar(db, CALENDAR, now=clock.now(db), new_id=new_id)
        self.office: Office = office_on(runtime, process="fast_track")
        self.desks = {role: self.office.person({self.id: (role,)}, name=role) for role in ROLES}
        self.lead = self.desks["attendance_lead"]
        self.supervisor: Desk = self.office.person({self.id: ("supervisor",)}, name="supervisor")
        self.channels = {"post": PostFolder(post)}
        self.marked_to = LAST_DAY

    def send(self, path: str, content: bytes) -> Any:
        """Sends a file of the school."""
        return self.lead.post(f"/{path}?school_id={self.id}", content=content, headers=CSV)

    @property
    def today(self) -> date:
        return datetime.fromisoformat(self.lead.get("/clock")["now"]).date()

    def work(self) -> None:
        """Does all background work that is due."""
        while work_once(self.office.runtime, self.channels):
            pass

    def do(self, case: str, **variants: dict[str, str]) -> list[str]:
        """Everybody does the tasks of their role, as the demo's people would. Gives the names of the tasks."""
        done = []
        for desk in self.desks.values():
            for task in desk.get("/tasks", scope="role", case_id=case)["items"]:
                read = desk.get(f"/tasks/{task['id']}")
                form = read["form"]
                answers = FORMS[form["id"]](Question(form, self.today), **variants.get(form["id"], {}))
                etag = {"If-Match": f'"{read["revision"]}"'}
                desk.post(f"/tasks/{task['id']}/complete", {"answers": answers}, headers=etag)
                done.append(task["element"])
        return done

    def time_passes(self, case: str, upn: str) -> None:
        """The clock goes to the next thing that is due; the pupil is in school meanwhile."""
        moments = [timer["due_at"] for timer in self.lead.get("/timers", case_id=case, state="upcoming")["items"]]
        moment = min(datetime.fromisoformat(due) for due in moments) + timedelta(seconds=1)
        days = [day for day in calendar_of(CALENDAR).school_days if self.marked_to < day < moment.date()]
        self.lead.post("/clock", {"to": moment.isoformat()})
        if days:
            rows = [f"{upn},{day},{session},{mark}" for day in days for session, mark in (("AM", "/"), ("PM", "\\"))]
            self.send("register-imports", "\n".join(["UPN,Date,Session,Mark", *rows]).encode())
            self.marked_to = days[-1]
        self.work()

    def run(self, case: str, upn: str, **variants: dict[str, str]) -> list[str]:
        """Goes on until the case is closed. Gives what was done, in order."""
        done: list[str] = []
        for _ in range(MOST_ROUNDS):
            self.work()
            done += (now := self.do(case, **variants))
            if self.lead.get(f"/cases/{case}")["closed_at"] is not None:
                self.work()  # the last letters
                return done
            if not now:
                self.time_passes(case, upn)
        raise AssertionError(f"The case never ended: {done}")


@pytest.fixture
def school(engine: Engine, tmp_path: Path) -> School:
    found = School(engine, tmp_path / "post")
    found.send("register-imports", (FOLDER / "register.csv").read_bytes())
    found.send("adult-imports", (FOLDER / "adults.csv").read_bytes())
    return found


def with_two_parents(school: School) -> dict[str, Any]:
    """An eligible pupil with two parents who can be written to."""
    for pupil in school.lead.get("/pupils", eligible=True)["items"]:
        adults = school.lead.get(f"/pupils/{pupil['id']}/adults")
        if len([adult for adult in adults if adult["basis"] != "none" and adult["address"]]) == 2:
            found: dict[str, Any] = pupil
            return found
    raise AssertionError("Nobody has two parents.")


def test_a_case_goes_from_the_register_to_its_end(school: School) -> None:
    pupil = with_two_parents(school)
    assert pupil["figures"]["unauthorised"] >= 9
    case = school.lead.post("/cases", {"pupil_id": pupil["id"]})["id"]

    done = school.run(case, pupil["upn"], outcome={"code": "O1"})

    assert done[:4] == ["ReviewEarlySupport", "EstablishParents", "ArrangeMeeting", "ConfirmPosting"]
    assert done[-1] == "DecideOutcome"
    assert done.count("RecordMeeting") == 2
    closed = school.lead.get(f"/cases/{case}")
    assert (closed["result"], closed["tasks"], closed["timers"]) == ("closed_target", [], [])
    letters = school.lead.get("/deliveries", case_id=case)["items"]
    assert {letter["letter"] for letter in letters} >= {"L1", "L5", "L8a"}
    assert {letter["state"] for letter in letters} == {"sent"}
    words = [row["words"] for row in school.lead.get(f"/cases/{case}/timeline")]
    assert {"Case opened", "Done: Arrange the meeting", "Case closed"} <= set(words)
    assert school.supervisor.get("/incidents")["items"] == []
    target = school.lead.get(f"/cases/{case}/figures")["target"]
    assert (target["is_achieved"], target["has_improved"]) == (True, True)
    assert target["since"]["unauthorised"] <= target["allowed"] < target["before"]["unauthorised"]
    assert target["before"] == {name: pupil["figures"][name] for name in ("possible", "unauthorised")}
    assert target["period_from"] <= target["counted_to"] <= target["period_to"]


def test_a_parent_who_cannot_attend_is_reported_and_decided(school: School) -> None:
    pupil = with_two_parents(school)
    case = school.lead.post("/cases", {"pupil_id": pupil["id"]})["id"]
    for _ in range(4):
        school.do(case)
    reports = {offered["message"]: offered for offered in school.lead.get(f"/cases/{case}/reports")}
    offered = reports["ParentCannotAttend"]
    parents = offered["form"]["offers"]["parent"]
    assert len(parents) == 2

    answers = {"parent": parents[0]["value"], "reason": "Works away.", "received_on": str(school.today), "how": "phone"}
    body = {"message": "ParentCannotAttend", "answers": answers}
    problem = school.lead.refused(
        422, "POST", f"/cases/{case}/reports", {**body, "answers": {**answers, "parent": str(new_id())}}
    )
    assert [each["field"] for each in problem["errors"]] == ["parent"]
    school.lead.post(f"/cases/{case}/reports", body)

    head = school.desks["head_teacher"]
    (task,) = head.get("/tasks", scope="role")["items"]
    assert task["element"] == "DecideReasonable"
    school.lead.refused(403, "GET", f"/tasks/{task['id']}")


def test_a_meeting_below_the_notice_is_refused_by_its_rule(school: School) -> None:
    pupil = with_two_parents(school)
    case = school.lead.post("/cases", {"pupil_id": pupil["id"]})["id"]
    for _ in range(2):
        school.do(case)
    (task,) = school.lead.get("/tasks", case_id=case)["items"]
    form = school.lead.get(f"/tasks/{task['id']}")["form"]
    tomorrow = {"meeting_on": str(school.today + timedelta(days=3))}

    answers = {**FORMS["arrange_meeting"](Question(form, school.today)), **tomorrow}
    problem = school.lead.refused(422, "POST", f"/tasks/{task['id']}/complete", {"answers": answers})

    assert (problem["type"], problem["rule"], problem["field"]) == ("/api/v1/problems/refused", "R033", "meeting_on")
    assert school.lead.get(f"/tasks/{task['id']}")["draft"]["meeting_on"] == tomorrow["meeting_on"]


def test_every_timer_says_in_words_how_its_day_was_worked_out(school: School) -> None:
    pupil = with_two_parents(school)
    case = school.lead.post("/cases", {"pupil_id": pupil["id"]})["id"]
    for _ in range(4):
        school.do(case)

    words = {timer["name"]: timer["derivation"]["words"] for timer in school.lead.get("/timers", case_id=case)["items"]}

    assert set(words) >= {"12 weeks", "5 working days' notice has run", "Next limitation date"}
    assert "5 working days after" in words["5 working days' notice has run"]
    assert "12 weeks after" in words["12 weeks"]
    assert not [name for name, told in words.items() if ", from " in told.replace(", from which", "")]


def test_letters_are_given_to_the_post_room_and_not_to_the_panel(school: School) -> None:
    pupil = with_two_parents(school)
    case = school.lead.post("/cases", {"pupil_id": pupil["id"]})["id"]
    for _ in range(3):
        school.do(case)
    post_room, chair = school.desks["post_room"], school.desks["panel_chair"]

    letters = post_room.get("/documents", case_id=case)["items"]
    assert [letter["kind"] for letter in letters] == ["L1", "L1"]
    assert len({letter["recipient"] for letter in letters}) == 2
    assert post_room.ask("GET", f"/documents/{letters[0]['id']}/content").content.startswith(b"%PDF")
    chair.refused(403, "GET", f"/documents/{letters[0]['id']}/content")

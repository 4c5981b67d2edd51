"""Tasks over HTTP: found, read with their form, taken, half filled in, done."""

from uuid import UUID

import pytest

from engine.timers import fire_due
from tests.api.desk import Desk, Office


@pytest.fixture
def clerk(office: Office, school: UUID) -> Desk:
    return office.person({school: ("clerk",)}, name="Una Clerk")


@pytest.fixture
def boss(office: Office, school: UUID) -> Desk:
    return office.person({school: ("boss",)}, name="Bo Boss")


@pytest.fixture
def task(case: str, clerk: Desk) -> str:
    (found,) = clerk.get("/tasks")["items"]
    return str(found["id"])


def names(desk: Desk, **params: object) -> list[str]:
    return [item["name"] for item in desk.get("/tasks", **params)["items"]]


def test_a_task_is_listed_for_its_role_and_no_other(task: str, clerk: Desk, boss: Desk, supervisor: Desk) -> None:
    assert names(clerk) == names(clerk, scope="role") == names(clerk, scope="unassigned") == ["Ask first"]
    assert names(boss) == names(boss, scope="role") == []
    assert names(supervisor) == ["Ask first"]
    assert names(supervisor, scope="role") == []


def test_a_task_that_is_taken_is_mine_and_no_longer_unassigned(task: str, clerk: Desk, lead: Desk) -> None:
    assert names(clerk, scope="mine") == []

    taken = clerk.post(f"/tasks/{task}/claim")

    assert taken["assignee"] == {"id": str(clerk.person_id), "name": "Una Clerk"}
    assert names(clerk, scope="mine") == ["Ask first"]
    assert names(lead, scope="unassigned") == names(lead, scope="mine") == []
    assert names(lead, scope="role") == ["Ask first"]


def test_tasks_are_found_by_when_they_are_due(office: Office, clerk: Desk, lead: Desk, pupil: UUID) -> None:
    office.clock_to("Mon", "09:00")
    lead.post("/cases", {"pupil_id": str(pupil)})  # due two days later, on Wednesday at nine

    def found() -> list[str]:
        return [due for due in ("overdue", "today", "week", "later") if names(clerk, due=due)]

    assert found() == ["week"]
    office.clock_to("Wed", "08:00")
    assert found() == ["today", "week"]
    office.clock_to("Wed", "10:00")
    assert found() == ["overdue"]


def test_what_is_due_next_week_is_later(office: Office, clerk: Desk, lead: Desk, pupil: UUID) -> None:
    office.clock_to("Sat", "09:00")
    lead.post("/cases", {"pupil_id": str(pupil)})

    assert names(clerk, due="later") == ["Ask first"]
    assert names(clerk, due="week") == []


def test_tasks_of_one_case_can_be_asked_for(office: Office, school: UUID, task: str, case: str, lead: Desk) -> None:
    other = lead.post("/cases", {"pupil_id": str(office.pupil(school, forename="Ava"))})["id"]

    assert len(lead.get("/tasks")["items"]) == 2
    (found,) = lead.get("/tasks", case_id=other)["items"]
    assert found["pupil"]["name"] == "Ava Coley"


def test_a_task_is_read_with_its_form(task: str, case: str, clerk: Desk) -> None:
    answer = clerk.ask("GET", f"/tasks/{task}")
    read = answer.json()

    assert answer.headers["etag"] == '"1"'
    assert read["case"]["id"] == case
    assert read["form"]["title"] == "Ask"
    assert read["form"]["json_schema"]["required"] == ["said"]
    assert read["due_at"].endswith(("+00:00", "+01:00"))


def test_a_task_of_another_role_is_not_read_taken_or_done(task: str, boss: Desk) -> None:
    boss.refused(403, "GET", f"/tasks/{task}")
    boss.refused(403, "POST", f"/tasks/{task}/claim")
    boss.refused(403, "PUT", f"/tasks/{task}/draft", {"answers": {}})
    boss.refused(403, "POST", f"/tasks/{task}/complete", {"answers": {"said": "hello"}})


def test_a_supervisor_reads_and_assigns_but_does_not_do(task: str, supervisor: Desk, clerk: Desk, boss: Desk) -> None:
    assert supervisor.get(f"/tasks/{task}")["form"]["id"] == "ask"
    supervisor.refused(403, "POST", f"/tasks/{task}/complete", {"answers": {"said": "hello"}})

    given = supervisor.post(f"/tasks/{task}/assign", {"assignee": str(clerk.person_id)})

    assert given["assignee"]["name"] == "Una Clerk"
    problem = supervisor.refused(422, "POST", f"/tasks/{task}/assign", {"assignee": str(boss.person_id)})
    assert (problem["code"], problem["field"]) == ("not_of_this_role", "assignee")
    assert supervisor.post(f"/tasks/{task}/assign", {"assignee": None})["assignee"] is None


def test_a_draft_is_kept_as_it_was_typed(task: str, clerk: Desk, lead: Desk) -> None:
    clerk.put(f"/tasks/{task}/draft", {"answers": {"on_day": "tomorr"}})

    assert lead.get(f"/tasks/{task}")["draft"] == {"on_day": "tomorr"}
    assert lead.get("/tasks")["items"][0]["has_draft"] is True


def test_a_draft_keeps_no_more_than_the_form_asks(task: str, clerk: Desk) -> None:
    clerk.put(f"/tasks/{task}/draft", {"answers": {"said": "They will", "shoe_size": 44}})

    assert clerk.get(f"/tasks/{task}")["draft"] == {"said": "They will"}
    long = clerk.refused(422, "PUT", f"/tasks/{task}/draft", {"answers": {"said": "x" * 20_001}})
    assert long["errors"][0]["field"] == "said"


def test_a_task_is_done_and_the_case_goes_on(office: Office, task: str, case: str, clerk: Desk, lead: Desk) -> None:
    assert clerk.post(f"/tasks/{task}/complete", {"answers": {"said": "hello"}}) is None

    done = clerk.get(f"/tasks/{task}")
    assert (done["state"], done["form"], done["ended_by"]["name"]) == ("done", None, "Una Clerk")
    (answer,) = lead.get(f"/cases/{case}/answers")["items"]
    assert (answer["element"], answer["answers"]["said"], answer["actor"]["name"]) == ("AskFirst", "hello", "Una Clerk")
    assert names(clerk) == []
    office.days_pass(3.1)
    fire_due(office.runtime)
    assert names(clerk) == ["Ask again"]


def test_answers_that_do_not_fit_the_form_are_refused_by_field_and_kept(task: str, clerk: Desk) -> None:
    problem = clerk.refused(422, "POST", f"/tasks/{task}/complete", {"answers": {"said": "", "on_day": "never"}})

    assert problem["type"] == "/api/v1/problems/form-refused"
    assert {each["field"] for each in problem["errors"]} == {"said", "on_day"}
    assert "never" not in str(problem)
    assert clerk.get(f"/tasks/{task}")["draft"] == {"said": "", "on_day": "never"}


def test_what_the_rules_do_not_allow_is_refused_with_rule_and_field(task: str, clerk: Desk) -> None:
    problem = clerk.refused(422, "POST", f"/tasks/{task}/complete", {"answers": {"said": "nonsense"}})

    assert (problem["code"], problem["rule"], problem["field"]) == ("nonsense", "R001", "said")
    assert problem["detail"] == "That is nonsense."
    assert clerk.get(f"/tasks/{task}")["state"] == "open"


def test_the_same_answers_sent_again_are_taken_once(task: str, case: str, clerk: Desk, lead: Desk) -> None:
    for _ in range(3):
        clerk.post(f"/tasks/{task}/complete", {"answers": {"said": "hello"}})

    assert len(lead.get(f"/cases/{case}/answers")["items"]) == 1


@pytest.mark.parametrize("said", ["hello ", "\n hello\r\n"])
def test_answers_sent_again_with_other_blanks_are_the_same(task: str, case: str, clerk: Desk, said: str) -> None:
    clerk.post(f"/tasks/{task}/complete", {"answers": {"said": said}})
    clerk.post(f"/tasks/{task}/complete", {"answers": {"said": "hello", "on_day": ""}})

    clerk.refused(409, "POST", f"/tasks/{task}/complete", {"answers": {"said": "hello there"}})


def test_what_a_form_does_not_ask_is_kept_nowhere(task: str, clerk: Desk) -> None:
    clerk.refused(422, "POST", f"/tasks/{task}/complete", {"answers": {"said": "", "secret": "1 Mill Lane"}})

    assert clerk.get(f"/tasks/{task}")["draft"] == {"said": ""}


def test_a_task_that_somebody_else_did_says_409_and_the_answers_are_kept(task: str, clerk: Desk, lead: Desk) -> None:
    clerk.post(f"/tasks/{task}/complete", {"answers": {"said": "hello"}})

    problem = lead.refused(409, "POST", f"/tasks/{task}/complete", {"answers": {"said": "mine"}})

    assert problem["type"].endswith("/task-not-waiting")
    assert lead.get(f"/tasks/{task}")["draft"] == {"said": "mine"}
    lead.refused(409, "PUT", f"/tasks/{task}/draft", {"answers": {"said": "mine"}})
    lead.refused(409, "POST", f"/tasks/{task}/claim")


def test_a_task_that_somebody_else_has_taken_is_theirs(task: str, clerk: Desk, lead: Desk) -> None:
    clerk.post(f"/tasks/{task}/claim")

    problem = lead.refused(409, "POST", f"/tasks/{task}/complete", {"answers": {"said": "hello"}})
    assert problem["type"].endswith("/task-taken")
    assert lead.refused(409, "POST", f"/tasks/{task}/claim")["type"].endswith("/changed")
    lead.refused(403, "POST", f"/tasks/{task}/release")

    # Whoever has read who holds it may take it over, and says so.
    etag = lead.ask("GET", f"/tasks/{task}").headers["etag"]
    assert lead.post(f"/tasks/{task}/claim", headers={"If-Match": etag})["assignee"]["name"] == "Marnie Tollgate"
    lead.post(f"/tasks/{task}/release")
    clerk.post(f"/tasks/{task}/complete", {"answers": {"said": "hello"}})


def test_if_match_of_an_older_reading_says_412(task: str, clerk: Desk, lead: Desk) -> None:
    etag = lead.ask("GET", f"/tasks/{task}").headers["etag"]
    clerk.post(f"/tasks/{task}/claim")
    clerk.post(f"/tasks/{task}/release")

    stale = {"headers": {"If-Match": etag}}
    lead.refused(412, "POST", f"/tasks/{task}/claim", **stale)
    problem = lead.refused(412, "POST", f"/tasks/{task}/complete", {"answers": {"said": "hello"}}, **stale)

    assert problem["type"].endswith("/changed")
    fresh = lead.ask("GET", f"/tasks/{task}").headers["etag"]
    lead.post(f"/tasks/{task}/complete", {"answers": {"said": "hello"}}, headers={"If-Match": fresh})


@pytest.mark.parametrize("header", ["3", '"x"', 'W/"3"', '"-1"', ""])
def test_an_if_match_that_is_no_etag_of_ours_is_refused(task: str, clerk: Desk, header: str) -> None:
    problem = clerk.refused(422, "POST", f"/tasks/{task}/claim", headers={"If-Match": header})
    assert problem["errors"][0]["field"] == "If-Match"


def test_anything_unexpected_is_an_incident_and_nothing_typed_is_lost(task: str, clerk: Desk, supervisor: Desk) -> None:
    problem = clerk.refused(500, "POST", f"/tasks/{task}/complete", {"answers": {"said": "break"}})

    assert problem["type"].endswith("/incident")
    assert "ZeroDivision" not in str(problem)
    incident = supervisor.get(f"/incidents/{problem['incident']}")
    assert (incident["command"], incident["actor"]["name"]) == ("complete_task", "Una Clerk")
    assert clerk.get(f"/tasks/{task}")["draft"] == {"said": "break"}


@pytest.mark.parametrize(
    "content",
    ['{"answers": {"said": NaN}}', '{"answers": {"said": "\\u0000"}}', '{"answers": {"said": "\\ud800"}}'],
)
def test_what_no_database_can_keep_is_refused(task: str, clerk: Desk, content: str) -> None:
    headers = {"Content-Type": "application/json"}
    for method, path in (("PUT", "draft"), ("POST", "complete")):
        answer = clerk.ask(method, f"/tasks/{task}/{path}", content=content, headers=headers)
        assert answer.status_code == 422, answer.text


def test_tasks_come_page_by_page_in_order(office: Office, school: UUID, lead: Desk) -> None:
    for number in range(7):
        lead.post("/cases", {"pupil_id": str(office.pupil(school, forename=f"N{number}"))})
        office.days_pass(0.01)

    seen, after = [], None
    while True:
        page = lead.get("/tasks", limit=3, **({"after": after} if after else {}))
        assert len(page["items"]) <= 3
        seen += [item["pupil"]["name"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break

    assert seen == [f"N{number} Coley" for number in range(7)]

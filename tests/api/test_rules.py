"""Who may do what: each route has one rule, and nobody sees what is not of their schools."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from sqlalchemy import update

from api.rest.application import create_rest
from api.rules import ROLES, RULES
from api.security import THINGS, Allowed, Rule, RuledRoute, rules_of
from engine import clock, tables
from engine.database import transaction
from engine.ids import new_id
from engine.people import ANY_MEMBER, issue_token, revoke_tokens
from engine.runtime import Runtime
from tests.api.desk import Desk, Office
from tests.api.stock import stock

OPEN_TO_ALL = {"/openapi.json"}


def routes(runtime: Runtime) -> Iterator[tuple[str, RouteContext]]:
    for context in iter_route_contexts(create_rest(runtime).routes):
        path = context.path or ""
        if path not in OPEN_TO_ALL:
            yield path, context


def paths(runtime: Runtime, method: str) -> list[str]:
    return [path for path, context in routes(runtime) if method in (context.methods or ())]


def test_every_route_has_one_rule(office: Office) -> None:
    found = {path: context.original_route for path, context in routes(office.runtime)}

    assert len(found) > 30
    for path, route in found.items():
        assert isinstance(route, RuledRoute), f"{path} is not ruled"
        assert len(rules_of(route.dependant)) == 1, path


def test_a_route_without_a_rule_cannot_be_built() -> None:
    router = APIRouter(route_class=RuledRoute)
    with pytest.raises(TypeError, match="needs one rule and has 0"):

        @router.get("/secrets")
        def read_secrets() -> str:
            return ""


def test_a_route_whose_path_names_a_thing_of_nobody_cannot_be_built() -> None:
    router = APIRouter(route_class=RuledRoute)
    with pytest.raises(TypeError, match="plan_id"):

        @router.get("/plans/{plan_id}")
        def read_plan(plan_id: UUID, allowed: Annotated[Allowed, Depends(Rule("case.read"))]) -> str:
            return ""


def test_an_action_that_no_rule_names_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="No rule says who may"):
        Rule("case.burn")


def test_rules_name_known_roles_only() -> None:
    named = {role for roles in RULES.values() if roles != ANY_MEMBER for role in roles}
    assert named <= ROLES


def test_no_rule_stands_unused(office: Office) -> None:
    asked = {
        rule.action
        for _, context in routes(office.runtime)
        if isinstance(context.original_route, APIRoute)
        for rule in rules_of(context.original_route.dependant)
    }
    # Asked inside a route, beside its own rule.
    asked |= {"task.read_all", "adult.read_confidential", "document.read_confidential", "case.read_all"}
    asked |= {"pack.read_confidential"}
    assert asked == set(RULES)


def test_without_a_token_every_route_says_401(office: Office, lead: Desk) -> None:
    for path, context in routes(office.runtime):
        for method in context.methods or ():
            answer = lead.client.request(method, path.replace(":path", ""), headers={"Authorization": ""})
            assert answer.status_code == 401, f"{method} {path}: {answer.text}"
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer ft_wrong", "Bearer ", "Basic abc", "ft_wrong"])
def test_a_wrong_token_says_401(lead: Desk, header: str) -> None:
    answer = lead.client.get("/me", headers={"Authorization": header})
    assert answer.status_code == 401


def test_revoked_and_expired_tokens_and_who_has_left_say_401(office: Office, lead: Desk) -> None:
    with transaction(office.engine) as db:
        now = clock.now(db)
        expired = issue_token(db, lead.person_id, name="old", now=now, expires_at=now - timedelta(seconds=1))
        fresh = issue_token(db, lead.person_id, name="new", now=now, expires_at=now + timedelta(days=1))

    assert Desk(lead.client, lead.person_id, fresh).get("/me")["name"] == "Marnie Tollgate"
    Desk(lead.client, lead.person_id, expired).refused(401, "GET", "/me")

    with transaction(office.engine) as db:
        db.execute(update(tables.person).where(tables.person.c.id == lead.person_id).values(active=False))
    Desk(lead.client, lead.person_id, fresh).refused(401, "GET", "/me")

    with transaction(office.engine) as db:
        db.execute(update(tables.person).where(tables.person.c.id == lead.person_id).values(active=True))
        revoke_tokens(db, lead.person_id, now=clock.now(db))
    Desk(lead.client, lead.person_id, fresh).refused(401, "GET", "/me")


def test_who_belongs_to_no_school_may_nothing(office: Office, school: UUID, case: str) -> None:
    nobody = office.person({})
    for path in paths(office.runtime, "GET"):
        if "{" not in path:
            nobody.refused(403, "GET", path)
    nobody.refused(404, "GET", f"/cases/{case}")


@pytest.fixture
def things(office: Office, lead: Desk, supervisor: Desk, school: UUID, pupil: UUID, case: str) -> dict[str, str]:
    """One thing of each kind, all of one school, by the name that paths use."""
    return stock(office, lead, supervisor, school=school, pupil=pupil, case=case)


def test_things_of_other_schools_are_not_found(office: Office, stranger: Desk, things: dict[str, str]) -> None:
    assert set(things) == set(THINGS)
    asked = 0
    for path, context in routes(office.runtime):
        for method in context.methods or ():
            if any(f"{{{name}}}" in path for name in THINGS):
                problem = stranger.refused(404, method, path.format(**things, message="Complaint"), {})
                assert problem["type"].endswith("/not-found")
                asked += 1
    assert asked > 25


def test_lists_hold_nothing_of_other_schools(office: Office, stranger: Desk, things: dict[str, str]) -> None:
    held = set(things.values())
    for path in paths(office.runtime, "GET"):
        if "{" in path or path in ("/processes", "/problems", "/clock"):
            continue
        text = stranger.ask("GET", path).text
        assert not [thing for thing in held if thing in text], path


def test_lists_name_things_of_ones_own_school(lead: Desk, supervisor: Desk, things: dict[str, str]) -> None:
    for path, thing in {
        "/cases": "case_id",
        "/tasks": "task_id",
        "/timers": "timer_id",
        "/deliveries": "delivery_id",
        "/documents": "document_id",
        "/pupils": "pupil_id",
        "/adults": "adult_id",
        "/schools": "school_id",
        "/register-imports": "import_id",
    }.items():
        assert things[thing] in lead.ask("GET", path).text, path
    assert things["incident_id"] in supervisor.ask("GET", "/incidents").text


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("post_room", "/cases"),
        ("post_room", "/pupils"),
        ("post_room", "/adults"),
        ("post_room", "/timers"),
        ("post_room", "/incidents"),
        ("process_owner", "/cases"),
        ("process_owner", "/documents"),
        ("process_owner", "/incidents"),
        ("machine", "/cases"),
        ("machine", "/adults"),
        ("machine", "/documents"),
        ("panel_chair", "/documents"),
        ("authority_officer", "/adults"),
        ("authority_officer", "/register-imports"),
        ("attendance_lead", "/incidents"),
    ],
)
def test_a_role_that_a_rule_does_not_name_may_not(office: Office, school: UUID, role: str, path: str) -> None:
    office.person({school: (role,)}).refused(403, "GET", path)


def test_a_role_counts_in_its_own_school_only(office: Office, school: UUID, pupil: UUID) -> None:
    other = office.school("Elsewhere High")
    visiting = office.person({school: ("post_room",), other: ("attendance_lead",)})

    visiting.refused(403, "GET", f"/pupils/{pupil}")
    visiting.refused(403, "POST", "/cases", {"pupil_id": str(pupil)})
    assert visiting.get("/pupils")["items"] == []


def test_a_thing_that_does_not_exist_is_not_found_like_one_of_others(lead: Desk) -> None:
    unknown = lead.refused(404, "GET", f"/cases/{new_id()}")
    garbled = lead.refused(404, "GET", "/cases/not-an-id")
    assert unknown == garbled

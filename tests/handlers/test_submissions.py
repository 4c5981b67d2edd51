"""What must be said before an application goes out, and what the authority makes of it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from attendance import tables
from engine.errors import FormRefused
from engine.registry import Refusal
from tests.handlers.desk import Desk, two_parents
from tests.handlers.pack_stories import GIVEN, application, applied, case_form, prepare_all
from tests.handlers.stories import SUPPORTED, decide, hold_review
from tests.handlers.test_packs import refer
from tests.handlers.test_referrals import consider, submit


@pytest.fixture
def referred(desk: Desk) -> Desk:
    """Referred on Mon 18 Jan 2027; the father was at no meeting. Today is Mon 25 Jan."""
    return refer(desk)


@pytest.mark.rule("R059", "R060", "R091")
def test_an_incomplete_pack_is_submitted_only_with_a_reason(referred: Desk) -> None:
    prepare_all(referred)

    with pytest.raises(Refusal, match="Minutes handed over or posted to this parent \\(Mr Tom Reed\\)") as refused:
        submit(referred, date(2027, 1, 25), missing_reason=None)
    submit(referred, date(2027, 1, 25), **GIVEN)

    assert (refused.value.rule, refused.value.field) == ("R091", "missing_reason")
    assert referred.history("application_submitted")[0]["missing"] == 4


@pytest.mark.rule("R030")
@pytest.mark.parametrize(
    "words", ["He lives at 7 Harbour Lane.", "Ring +44 7700 900002.", "Write to TOM@example.org", "nr983cc"]
)
def test_nothing_written_for_the_packs_may_tell_where_a_parent_is(referred: Desk, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        case_form(referred, recommendation=words)

    assert (refused.value.code, refused.value.rule) == ("would_disclose", "R030")


@pytest.mark.rule("R001")
@pytest.mark.parametrize("left_out", ["send", "health", "social_care", "young_carer", "early_help"])
def test_support_is_considered_in_every_area_before_the_authority_is_asked(desk: Desk, left_out: str) -> None:
    two_parents(desk)
    hold_review(desk)
    rows = [row if row["area"] != left_out else {**row, "evidence": None} for row in SUPPORTED]

    with pytest.raises(Refusal) as at_the_decision:
        decide(desk, "O3", advice="O3", reason="No answer.", support=rows)
    decide(desk, "O3", advice="O3", reason="No answer.")
    with pytest.raises(Refusal) as at_the_form:
        case_form(desk, support=[row for row in SUPPORTED if row["area"] != left_out])

    for refused in (at_the_decision, at_the_form):
        assert (refused.value.code, refused.value.rule) == ("support_not_considered", "R001")


@pytest.mark.rule("R001")
def test_nothing_is_submitted_without_the_support_considered(referred: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        referred.complete(
            "submit",
            "referrals.submit",
            {"submitted_on": "2027-01-25", "receipt": "R", "is_complete": True},
            prepare="referrals.prepare",
            element="SubmitToAuthority",
        )

    assert refused.value.rule == "R001"


@pytest.mark.rule("R001", "R090")
def test_the_routes_stand_side_by_side_and_the_choice_has_its_reason(referred: Desk) -> None:
    shown = referred.prepare("referrals.prepare", element="CompleteApplication")["shown"]["routes"]
    with pytest.raises(FormRefused) as unreasoned:
        application(referred, parents=applied(referred, route_reason="  "))
    with pytest.raises(Refusal) as unclear:
        application(referred, parents=[*applied(referred)[:1], {**applied(referred)[1], "apply": False}])

    of_the_father = {measure["measure"]: measure for measure in shown[1]["measures"]}
    assert list(of_the_father) == [
        "penalty_notice",
        "notice_to_improve",
        "attendance_contract",
        "supervision_order",
        "prosecution",
    ]
    assert of_the_father["penalty_notice"]["is_open"] is False  # nine sessions, ten are needed
    assert of_the_father["attendance_contract"]["conditions"][0]["is_met"] is False  # was at no meeting
    assert set(unreasoned.value.problems) == {"parents.0.route_reason", "parents.1.route_reason"}
    assert unclear.value.rule == "R090"


@pytest.mark.rule("R091")
def test_a_penalty_notice_of_the_authority_uses_up_its_sessions(referred: Desk) -> None:
    mother = referred.facts.parents[0].id
    prepare_all(referred)
    submit(referred, date(2027, 1, 25), **GIVEN)
    notice: dict[str, Any] = {
        "adult": str(mother),
        "reference": "PN-7",
        "issued_on": "2027-01-25",
        "first": "2026-10-12",
        "last": "2026-10-16",
    }
    given = {"measure_kind": "penalty_notice", "measure": "a penalty notice"}

    for missing, code in (("reference", "notice_missing"), ("issued_on", "notice_incomplete")):
        with pytest.raises(Refusal) as refused:
            consider(referred, "other_measure", **given, notices=[{**notice, missing: None}])
        assert (refused.value.code, refused.value.rule) == (code, "R091")
    with pytest.raises(Refusal) as empty:
        consider(referred, "other_measure", **given, notices=[{**notice, "first": "2026-12-07", "last": "2026-12-08"}])
    consider(referred, "other_measure", **given, notices=[notice])

    assert empty.value.code == "notice_empty"
    n = tables.penalty_notice
    row = referred.db.execute(select(n.c.reference, n.c.adult_id, n.c.status)).one()
    assert tuple(row) == ("PN-7", mother, "issued")
    [decided] = referred.history("authority_decided")
    assert (decided["sessions_used"], decided["measure"]) == (6, "penalty_notice")


@pytest.mark.rule("R091")
def test_an_application_is_received_after_it_was_submitted_and_decided_after_that(referred: Desk) -> None:
    case_form(referred)
    submit(referred, date(2027, 1, 22))

    with pytest.raises(Refusal) as early:
        consider(referred, "declined", received_on="2027-01-21")
    with pytest.raises(Refusal) as before:
        consider(referred, "declined", received_on="2027-01-25", decided_on="2027-01-22")

    assert (early.value.field, early.value.rule) == ("received_on", "R091")
    assert (before.value.field, before.value.rule) == ("decided_on", "R091")

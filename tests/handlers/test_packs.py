"""The evidence pack of one parent: what stands in it, where it comes from, and what it still needs."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from api.packs.manifest import read_manifest
from attendance import tables
from engine.calls import keep_answer
from engine.ids import new_id
from handlers.pack_statement import initials_of
from tests.builders import ABSENT, make_notice
from tests.handlers.desk import Desk, two_parents
from tests.handlers.pack_stories import (
    GIVEN,
    application,
    applied,
    case_form,
    collect,
    packs,
    prepare_all,
    said_in,
)
from tests.handlers.stories import SUPPORTED, decide, hold_review


@pytest.fixture
def referred(desk: Desk) -> Desk:
    """Letters are as they are sent."""
    desk.pages.are_typeset = True
    return refer(desk)


def refer(desk: Desk) -> Desk:
    """Referred on Mon 18 Jan 2027; the father was at no meeting. Today is Mon 25 Jan."""
    _, father = two_parents(desk)
    hold_review(desk, absent=frozenset([father]))
    decide(desk, "O3", advice="O3", reason="No answer from the family.")
    desk.at(date(2027, 1, 25))
    return desk


def lacking(desk: Desk, surname: str) -> list[str]:
    """The ids of what a parent's pack still needs."""
    shown = desk.prepare("referrals.prepare", element="SubmitToAuthority")["shown"]["packs"]
    [pack] = [pack for pack in shown if surname in pack["name"]]
    return [item["id"] for item in pack["items"] if not item["is_there"]]


@pytest.mark.rule("R089", "R090", "R091")
def test_each_parent_has_a_pack_of_their_own(referred: Desk) -> None:
    prepare_all(referred)

    found = packs(referred)

    mother, father = (found[parent.id] for parent in referred.facts.parents)
    names = [entry.file.split("-", 1)[1] for entry in read_manifest(mother["manifest.json"]).entries]
    assert names == [
        "index.pdf",
        "case-form.pdf",
        "application.pdf",
        "witness-statement.pdf",
        "certificate.pdf",
        "AB-1-L1.pdf",
        "AB-2-minutes-panel.pdf",
        "AB-3-plan.pdf",
        "AB-4-L5.pdf",
        "AB-5-minutes-review.pdf",
        "AB-6-register.pdf",
        "chronology.pdf",
        "service.pdf",
        "unused-material.pdf",
    ]
    assert "Mrs Ada Okafor attended." in said_in(mother["documents/04-witness-statement.pdf"])
    assert "Mr Tom Reed did not attend." in said_in(father["documents/04-witness-statement.pdf"])
    assert all("Reed" not in said_in(mother[name]) for name in mother if name.endswith(".pdf") and "AB" not in name)


@pytest.mark.rule("R090")
def test_a_parent_who_is_not_applied_against_has_no_pack(referred: Desk) -> None:
    mother = referred.facts.parents[0].id
    case_form(referred)
    rows = applied(referred)
    rows[1] |= {"apply": False, "route": "penalty_notice"}
    application(referred, parents=rows)

    assert set(packs(referred)) == {mother}


@pytest.mark.rule("R089")
def test_the_case_form_is_filled_in_from_the_records_and_names_each_source(referred: Desk) -> None:
    early = {"engaged": "Calls home.", "addressed": "A later start.", "aeo_consulted_on": "2026-11-20"}
    keep_early(referred, **early)

    prepared = referred.prepare("referrals.prepare", element="CompleteCaseForm")

    assert prepared["answers"]["interventions"] == "Calls home.\nA later start."
    assert prepared["answers"]["recommendation"] == "No answer from the family."
    assert prepared["answers"]["support"] == SUPPORTED
    assert prepared["shown"]["sources"]["interventions"].startswith("Review of early support, 25 January 2027")
    assert "send" not in prepared["answers"]  # nobody has said, so nothing is filled in


@pytest.mark.rule("R089")
def test_what_is_not_known_is_left_open_in_the_form_and_said_to_be_unknown(referred: Desk) -> None:
    prepare_all(referred)

    form = said_in(next(iter(packs(referred).values()))["documents/02-case-form.pdf"])

    assert "Risk to staff – Not known to the school" in form
    assert "Name Jamie Okafor Admission register" in form
    assert "Consultation of the Attendance and Entitlement Officer 12 Nov. This form, 25 January 2027" in form


def test_the_statement_bears_what_section_9_asks_for(referred: Desk) -> None:
    prepare_all(referred)

    said = said_in(next(iter(packs(referred).values()))["documents/04-witness-statement.pdf"])

    assert "Statement of: Ms Anna Berg Age: Over 18" in said
    assert "true to the best of my knowledge and belief" in said
    assert "I can be prosecuted if I have wilfully said in it anything that I know to be false" in said
    assert "I rang the home on each morning of absence." in said
    assert "the school posted Mrs Ada Okafor the letter" in said
    assert "AB/1 Invitation to a Fast Track attendance meeting, 24 November 2026" in said
    assert "declaration" not in said


def test_a_young_witness_gives_an_age_and_one_who_cannot_read_a_reader(referred: Desk) -> None:
    case_form(referred)
    application(referred)
    young = {"witness_adult": False, "witness_age": 17, "witness_reads": False, "read_by": "Ms Hart"}
    collect(referred, **young, **GIVEN)

    said = said_in(next(iter(packs(referred).values()))["documents/04-witness-statement.pdf"])

    assert "Age: 17" in said
    assert "Ms Anna Berg cannot read this statement. I, Ms Hart, read it to Ms Anna Berg before it was signed." in said


@pytest.mark.parametrize(
    ("witness", "initials"),
    [("Ms Anna Berg", "AB"), ("Anna Maria Berg", "AB"), ("Dr O'Neill", "ON"), ("Cher", "C"), ("", "X")],
)
def test_exhibits_are_marked_with_the_witness_s_initials(witness: str, initials: str) -> None:
    assert initials_of(witness) == initials


@pytest.mark.rule("R030")
def test_the_certificate_counts_the_sessions_of_the_period_from_the_register(referred: Desk) -> None:
    case_form(referred)
    application(referred, period_from="2026-10-12", period_to="2026-11-20")

    said = said_in(next(iter(packs(referred).values()))["documents/05-certificate.pdf"])

    assert "Period 12 October 2026 to 20 November 2026" in said
    assert "Possible sessions 48 Attended 39 Authorised absence 0 Unauthorised absence 9" in said
    assert said.count("absent without leave Yes") == sum(marks.count("O") for marks in ABSENT.values()) == 9


def test_sessions_of_a_penalty_notice_are_not_relied_on_against_that_parent(referred: Desk) -> None:
    mother, father = (parent.id for parent in referred.facts.parents)
    used = [(date(2026, 10, 13), "AM"), (date(2026, 10, 13), "PM")]
    make_notice(referred.db, referred.school, referred.pupil, adult=mother, sessions=used, status="paid")
    prepare_all(referred)

    found = packs(referred)

    assert "Sessions relied on 7 Attendance register" in said_in(found[mother]["documents/03-application.pdf"])
    assert "Sessions relied on 9 Attendance register" in said_in(found[father]["documents/03-application.pdf"])
    assert "No: penalty notice, paid" in said_in(found[mother]["documents/05-certificate.pdf"])
    assert "penalty notice" not in said_in(found[father]["documents/05-certificate.pdf"])


@pytest.mark.rule("R091")
def test_the_list_says_for_each_parent_what_is_missing_and_who_can_supply_it(referred: Desk) -> None:
    assert {"case_form", "application", "witness_statement", "head_signature"} <= set(lacking(referred, "Okafor"))

    prepare_all(referred)

    assert lacking(referred, "Okafor") == ["outcome_letter"]
    assert lacking(referred, "Reed") == ["contract", "minutes_given", "outcome_letter"]


def keep_early(desk: Desk, **answers: Any) -> None:
    """What was answered about early support."""
    keep_answer(desk.db, desk.call("ReviewEarlySupport"), answers, id_=new_id(), task_id=None)


@pytest.mark.rule("R092")
def test_the_chronology_tells_contacts_with_this_parent_and_none_with_the_other(referred: Desk) -> None:
    mother, father = (parent.id for parent in referred.facts.parents)
    for adult, said in ((mother, "The bus was late."), (father, "He works nights.")):
        told = {"kind": "call", "happened_at": referred.now, "reached": True, "said": said, "adult_id": adult}
        who = {"id": new_id(), "case_id": referred.case.id, "recorded_by": "lead", "recorded_at": referred.now}
        referred.db.execute(insert(tables.contact).values(**told, **who))

    found = {adult: said_in(files[chronology(files)]) for adult, files in packs_of(referred).items()}

    assert "Call with the parent: The bus was late." in found[mother]
    assert "works nights" not in found[mother]
    assert "Call with the parent: He works nights." in found[father]


def packs_of(desk: Desk) -> dict[UUID, dict[str, bytes]]:
    """Packs against both."""
    case_form(desk)
    application(desk)
    return packs(desk)


def chronology(files: dict[str, bytes]) -> str:
    """The name of the chronology's file."""
    return next(name for name in files if name.endswith("chronology.pdf"))

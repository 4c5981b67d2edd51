"""The evidence packs: one for each parent against whom the school applies, with nothing of the other adult in it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from attendance.checklist import Found, Item, read_checklist
from attendance.papers import Pack, Paper
from engine.calls import Call
from engine.registry import handler
from handlers import pack_forms, pack_record, pack_statement
from handlers.against import Against
from handlers.facts import Facts
from handlers.letter_fields import full
from handlers.letter_frame import refuse_disclosure, staff
from handlers.pack_checks import CHECKLIST, completeness

KIND = "pack"
TITLE = "Evidence pack"


@handler("packs.assemble")
def assemble(call: Call) -> None:
    """Binds and keeps a pack for each parent applied against. Source: R091, R030, domain.md 6.4."""
    for against in applied_against(call.facts):
        pack = pack_of(against)
        document_id, facts = call.keep_bound(pack, kind=KIND, recipient=against.parent.id, title=TITLE)
        call.note("pack_assembled", adult=str(against.parent.id), document=str(document_id), **facts)


def applied_against(facts: Facts) -> list[Against]:
    """The parents against whom the school applies, as the application says."""
    return [against for against in everybody(facts) if against.own_row.get("apply")]


def everybody(facts: Facts) -> list[Against]:
    """Every parent of today."""
    return [Against(facts, parent) for parent in facts.parents]


def checklist_of(call: Call) -> tuple[Item, ...]:
    """The council's checklist; empty for a version that has none."""
    content = call.lists.get(CHECKLIST)
    return read_checklist(content) if content else ()


def pack_of(against: Against) -> Pack:
    """The papers in their order. Raises WouldDisclose when one tells where another adult is. Source: domain.md 6.4."""
    witness = against.answer("CollectEvidence")
    marked = list(_marked(_exhibits(against), pack_statement.initials_of(witness.get("witness") or "")))
    head, signed = _signed(against)
    papers = (
        pack_forms.case_form(against, signed=signed),
        pack_forms.application(against, signed=signed),
        pack_statement.statement(against, witness, marked),
        pack_statement.certificate(against, head_teacher=head, signed=signed),
        *marked,
        pack_record.chronology(against),
        pack_record.service(against),
        pack_record.unused(against),
    )
    refuse_disclosure(against.facts, against.parent, {paper.name: list(paper.blocks) for paper in papers})
    facts = against.facts
    return Pack(
        reference=facts.case.reference,
        title=TITLE,
        school=against.school.name,
        made_on=facts.today,
        papers=papers,
    )


def pack_shown(call: Call, against: Against) -> dict[str, Any]:
    """What a form shows of one parent's pack: each item of the checklist, there or missing, and who supplies it."""
    return {
        "adult": str(against.parent.id),
        "name": against.parent.label,
        "items": [found_shown(found) for found in completeness(against, checklist_of(call))],
    }


def found_shown(found: Found) -> dict[str, Any]:
    """One item of the checklist as it is answered."""
    return {
        "id": found.item.id,
        "title": found.item.title,
        "is_there": found.is_there,
        "said": found.said,
        "supplier": found.item.supplier,
        "rule": found.item.rule,
        "strength": found.item.strength,
    }


def _exhibits(against: Against) -> Iterator[Paper]:
    """Letters byte for byte as they were sent, minutes, plan, register: by day."""
    dated: list[tuple[Any, int, Paper]] = []
    for letter in against.letters:
        if not letter.is_called_off:
            title = f"{letter.title}, {full(letter.posted_on or letter.made_on)}"
            dated.append(
                (letter.posted_on or letter.made_on, 1, Paper(letter.code, title, content=against.content_of(letter)))
            )
    for paper in against.papers:
        title = f"{paper.title}, handed over {full(paper.made_on)}"
        dated.append((paper.made_on, 1, Paper(paper.code, title, content=against.content_of(paper))))
    for kind in ("panel", "review"):
        if meeting := against.held(kind):
            dated.append((meeting.day, 0, pack_record.minutes(against, meeting)))
            if kind == "panel" and (agreed := pack_record.plan(against)):
                dated.append((meeting.day, 0, agreed))
    yield from (paper for *_, paper in sorted(dated, key=lambda each: each[:2]))
    yield pack_statement.register(against)


def _marked(papers: Iterator[Paper], initials: str) -> Iterator[Paper]:
    for number, paper in enumerate(papers, start=1):
        yield replace(paper, exhibit=f"{initials}/{number}", name=f"{initials}-{number}-{paper.name}")


def _signed(against: Against) -> tuple[str, str]:
    """The head teacher's name, and the words above the line."""
    own = against.answer("HeadTeacherSigns")
    if not own.get("signed"):
        return staff(against.facts, "head_teacher").name, "Signed"
    return own["name"], f"Signed in the case record on {full(date.fromisoformat(own['signed_on']))} by {own['name']}"

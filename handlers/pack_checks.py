"""What a pack still needs, for one parent: the council's checklist against the records."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from attendance.checklist import ASKED, Found, Item, checklist_problems
from handlers.against import Against
from handlers.answers import Answers, text_of
from handlers.letter_fields import full
from handlers.measures import MEASURES, is_served
from handlers.support_gate import AREAS

CHECKLIST = "evidence"
# What is prepared beside the evidence, or after it.
NOT_YET = frozenset({"case_form", "application", "route", "support", "sessions", "head_signature"})

Said = tuple[bool, str]


def completeness(against: Against, items: Iterable[Item], *, evidence: Answers | None = None) -> list[Found]:
    """Each item of the checklist, there or missing for this parent. Source: R091, domain.md 6.4.

    `evidence`: what is just being answered about it, in place of what was answered before.
    """
    if evidence is not None:
        against = replace(against, collected=evidence)
    ticked = set(against.evidence.get("pieces") or [])
    return [_found(against, item, ticked) for item in items]


def missing(found: Iterable[Found], *, but: Collection[str] = ()) -> list[Found]:
    """What is not there; things that are only to be considered are never missing."""
    return [
        each for each in found if not each.is_there and each.item.strength != "consider" and each.item.check not in but
    ]


def list_problems(name: str, content: bytes) -> list[tuple[str, str]]:
    """What is wrong with a list of a bundle, for the checker."""
    if name != CHECKLIST:
        return [("", f"Nobody reads a list of this name. There is one: {CHECKLIST}.")]
    return list(checklist_problems(content, checks=CHECKS.keys()))


def _found(against: Against, item: Item, ticked: Collection[str]) -> Found:
    if item.check == ASKED:
        return Found(item, item.id in ticked, "Ticked" if item.id in ticked else "Nobody has ticked it")
    is_there, said = CHECKS[item.check](against)
    return Found(item, is_there, said)


def _form(element: str) -> Callable[[Against], Said]:
    def check(against: Against) -> Said:
        on = against.answer(element).get("completed_on")
        return bool(on), f"Completed on {on}" if on else "Not completed"

    return check


def _invited(kind: str) -> Callable[[Against], Said]:
    def check(against: Against) -> Said:
        meeting = against.held(kind)
        if meeting is None:
            return False, f"No {kind} was held"
        return is_served(against, meeting.id), f"Invitation to {full(meeting.day)}"

    return check


def _minutes(kind: str) -> Callable[[Against], Said]:
    def check(against: Against) -> Said:
        meeting = against.held(kind)
        return meeting is not None, f"Of {full(meeting.day)}" if meeting else f"No {kind} was held"

    return check


def _proofs(against: Against) -> Said:
    posted = [letter for letter in against.letters if letter.posted_on and not letter.is_called_off]
    without = [letter.title for letter in posted if not letter.proof.strip()]
    if not posted:
        return False, "No posting is on record"
    return not without, f"Without proof: {'; '.join(without)}" if without else f"{len(posted)} postings"


def _given_minutes(against: Against) -> Said:
    """Every meeting's minutes reached this parent: handed over there, or posted since (R059, R060, R069)."""
    letters = {letter.code for letter in against.letters if not letter.is_called_off}
    for kind, covering in (("panel", {"L3", "L4", "L10"}), ("review", {"L7", "L4", "L10"})):
        meeting = against.held(kind)
        came = against.presence(meeting) if meeting else None
        if meeting and not (came and came.handed_over) and not letters & covering:
            return False, f"Minutes of the {kind} were neither handed over nor posted"
    return True, "Handed over or posted"


def _outcome_letter(against: Against) -> Said:
    made = [letter for letter in against.letters if letter.code in ("L8c", "L9b") and not letter.is_called_off]
    return bool(made), f"Of {full(made[-1].made_on)}" if made else "No letter says that the case is referred"


def _witness(against: Against) -> Said:
    own = against.evidence
    name, words = text_of(own, "witness"), text_of(own, "statement")
    return bool(name and words), name if name and words else "No witness has said what they saw, heard and did"


def _support(against: Against) -> Said:
    rows = against.answer("CompleteCaseForm").get("support") or []
    answered = {row["area"] for row in rows if row.get("answer") and row.get("evidence")}
    open_ = [words for area, words in AREAS.items() if area not in answered]
    return not open_, f"Not answered: {', '.join(open_)}" if open_ else "Every area, with evidence"


def _route(against: Against) -> Said:
    own = against.own_row
    chosen = MEASURES.get(own.get("route") or "", "")
    return bool(chosen and text_of(own, "route_reason")), chosen or "No route was chosen"


def _sessions(against: Against) -> Said:
    number = len(against.charged)
    return number > 0, f"{number} sessions relied on"


def _contract(against: Against) -> Said:
    became = against.contract.get("contract", "")
    return became in ("signed", "refused"), became.replace("_", " ") or "Nothing is on record"


def _signature(against: Against) -> Said:
    own = against.answer("HeadTeacherSigns")
    return bool(own.get("signed")), f"{text_of(own, 'name')}, {own['signed_on']}" if own.get("signed") else "Not signed"


CHECKS: Mapping[str, Callable[[Against], Said]] = {
    "case_form": _form("CompleteCaseForm"),
    "application": _form("CompleteApplication"),
    "panel_invitation": _invited("panel"),
    "review_invitation": _invited("review"),
    "panel_minutes": _minutes("panel"),
    "review_minutes": _minutes("review"),
    "minutes_given": _given_minutes,
    "proofs_of_posting": _proofs,
    "outcome_letter": _outcome_letter,
    "contract": _contract,
    "witness_statement": _witness,
    "support": _support,
    "route": _route,
    "sessions": _sessions,
    "head_signature": _signature,
}

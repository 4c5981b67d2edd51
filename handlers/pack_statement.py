"""What is signed to be evidence: the witness statement, and the head teacher's certificate from the register."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from attendance.codes import CODES, Kind
from attendance.papers import Paper, heading, items, signature, strong, table, text
from attendance.words import in_words
from handlers.against import Against
from handlers.answers import Answers, text_of
from handlers.letter_fields import full

TRUTH = (
    "What stands in this statement is true to the best of my knowledge and belief. I make it knowing that, if it is "
    "put in evidence, I can be prosecuted if I have wilfully said in it anything that I know to be false or do not "
    "believe to be true."
)
_WORD = re.compile(r"[^\W\d_]+")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "the"})


def initials_of(witness: str) -> str:
    """The initials by which exhibits are marked: `Ms Anna Berg` is AB."""
    words = [word for word in _WORD.findall(witness) if word.lower() not in _TITLES]
    letters = [word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters) or "X"


def statement(against: Against, witness: Answers, exhibits: Sequence[Paper]) -> Paper:
    """The witness's statement. Source: Criminal Justice Act 1967 section 9, domain.md 6.4."""
    name, child = text_of(witness, "witness"), f"{against.pupil.forename} {against.pupil.surname}"
    is_adult = witness.get("witness_adult") is not False
    age = "Over 18" if is_adult else str(witness.get("witness_age") or "")
    own = text_of(witness, "statement")
    blocks: list[dict[str, Any]] = [
        text(f"Statement of: {name}\nAge: {age}\nPosition: {text_of(witness, 'witness_role') or '–'}"),
        strong(TRUTH),
        signature("Signed", f"{name}, date:"),
        heading("Who I am, and whom this is about"),
        text(
            f"I work at {against.school.name}. This statement is about the attendance of {child} and about "
            f"{against.parent.name}, whom the school treats as a parent of the child. It is about nobody else."
        ),
        heading("What I saw, heard and did"),
        *([text(own)] if own else [text("–")]),
        heading("What the school did"),
        items(*_deeds(against), numbered=True),
        heading("Exhibits"),
        text("I produce these documents, each marked with my initials and a number."),
        table(["Mark", "Document"], [[paper.exhibit, paper.title] for paper in exhibits], widths=[2, 12]),
    ]
    if witness.get("witness_reads") is False:
        reader = text_of(witness, "read_by")
        blocks += [
            heading("The reader's declaration"),
            text(f"{name} cannot read this statement. I, {reader}, read it to {name} before it was signed."),
            signature("Signed", f"{reader}, date:"),
        ]
    blocks.append(signature(f"Statement of {name} about {against.parent.name}. Signed", f"{name}, date:"))
    return Paper("witness-statement", "Witness statement", blocks=tuple(blocks))


def certificate(against: Against, *, head_teacher: str, signed: str) -> Paper:
    """The head teacher's certificate of attendance for the period. Source: Education Act 1996 section 566."""
    first, last = against.period
    pupil = against.pupil
    marks = [(day, session, code) for day, session, code in against.facts.marks if first <= day <= last]
    kinds = Counter(code.kind for _, _, code in marks)
    possible = sum(number for kind, number in kinds.items() if kind is not Kind.NOT_POSSIBLE)
    by_code = Counter(code.code for _, _, code in marks)
    return Paper(
        "certificate",
        "Certificate of attendance",
        blocks=(
            text(
                f"I certify under section 566 of the Education Act 1996 that this is what the attendance register of "
                f"{against.school.name} holds."
            ),
            table(
                ["Asked", "Certified"],
                [
                    ["Child", f"{pupil.forename} {pupil.surname}"],
                    ["Date of birth", full(pupil.born) if pupil.born else "–"],
                    ["School", f"{against.school.name}, URN {against.school.urn}"],
                    ["Period", f"{full(first)} to {full(last)}"],
                    ["Possible sessions", str(possible)],
                    ["Attended", str(kinds[Kind.ATTENDING])],
                    ["Authorised absence", str(kinds[Kind.AUTHORISED])],
                    ["Unauthorised absence", str(kinds[Kind.UNAUTHORISED])],
                    ["Register as it stood on", full(against.facts.today)],
                ],
                widths=[5, 9],
            ),
            heading("Unauthorised absence, session by session"),
            table(
                ["Day", "Session", "Mark", "Meaning", "Relied on"],
                [
                    [in_words(each.day), each.session, each.code, CODES[each.code].meaning, _relied_on(each.used)]
                    for each in against.sessions
                ],
                widths=[4, 2, 2, 6, 5],
                small=True,
            ),
            heading("Marks of the period"),
            table(
                ["Mark", "Meaning", "Counts as", "Sessions"],
                [
                    [mark, CODES[mark].meaning, CODES[mark].kind.value, str(number)]
                    for mark, number in sorted(by_code.items())
                ],
                widths=[2, 8, 4, 3],
                small=True,
            ),
            signature(
                f"Certificate of attendance of {pupil.forename} {pupil.surname}. {signed}.",
                f"{head_teacher}\nHead teacher, date:",
            ),
        ),
    )


def register(against: Against) -> Paper:
    """Every mark of the period, day by day."""
    first, last = against.period
    days: dict[Any, dict[str, str]] = {}
    for day, session, code in against.facts.marks:
        if first <= day <= last:
            days.setdefault(day, {})[session] = code.code
    rows = [[in_words(day), marks.get("AM", ""), marks.get("PM", "")] for day, marks in days.items()]
    half = (len(rows) + 1) // 2
    pairs = [
        [*row, *(rows[half + at] if half + at < len(rows) else ["", "", ""])] for at, row in enumerate(rows[:half])
    ]
    return Paper(
        "register",
        "Attendance register of the period",
        blocks=(
            text(f"Register as it stood on {full(against.facts.today)}."),
            table(["Day", "AM", "PM", "Day", "AM", "PM"], pairs, widths=[5, 1, 1, 5, 1, 1], small=True),
        ),
    )


def _relied_on(used: str) -> str:
    return f"No: penalty notice, {used}" if used else "Yes"


def _deeds(against: Against) -> list[str]:
    """What colleagues did, said as the school's doing, so that they need not make statements of their own."""
    deeds = [
        f"On {full(letter.posted_on or letter.made_on)} the school "
        f"{'posted' if letter.posted_on else 'sent'} {against.parent.name} the letter “{letter.title}”."
        for letter in against.letters
        if not letter.is_called_off
    ]
    for kind in ("panel", "review"):
        if (meeting := against.held(kind)) and (came := against.presence(meeting)):
            there = "attended" if came.attended else "did not attend"
            deeds.append(f"On {full(meeting.day)} the school held the {kind}. {against.parent.name} {there}.")
    return deeds or ["Nothing is on record yet."]

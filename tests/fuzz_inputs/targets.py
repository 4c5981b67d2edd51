"""What is fuzzed: where inputs come from, what takes them, and which errors are its own clear ones."""

import io
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from attendance.adults import read_adults
from attendance.calendar_file import calendar_of
from attendance.calendar_reading import read_calendar
from attendance.errors import AttendanceError
from attendance.register import preview
from engine.decisions import read_decisions, try_decision
from engine.errors import EngineError
from engine.expressions import Evaluator, ExpressionRefusedError, check, check_script
from engine.forms import read_form
from tests.attendance.registers import DIRTY, NOAH, read
from tests.attendance.workbook_files import workbook
from tests.engine.attacks import ATTACKS
from tests.engine.dmn import dmn
from tests.engine.mutations import mutated
from tests.engine.some_forms import MEETING, ROWS
from tests.fuzz_inputs import diagrams
from tests.fuzz_inputs.changes import bytes_changed, json_changed

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
SHIPPED = ROOT / "bpmn" / "fast_track"
Given = Any


@dataclass(frozen=True)
class Target:
    """One kind of input. `make` gives a changed one; `take` may raise only what `refuses` names."""

    share: int  # of 200,000
    make: Callable[[random.Random], Given]
    take: Callable[[Given], object]
    refuses: tuple[type[Exception], ...]


# --- expressions

WORDS = (
    "kind", "n", "people", "policy", "policy.notice_days", "held_on('panel')", "1", "0.5", "'a'", '"b"', "True",
    "None", "and", "or", "not", "in", "if", "else", "then", "between", "==", "!=", "<", "<=", ">", "=", "+", "-", "*",
    "/", "//", "%", "**", "(", ")", "[", "]", "{", "}", ",", "..", ".", ":", "lambda", "for", "x", "@", "date",
    "time", '("2026-12-02")', "\u202e", "\\", "'", "9" * 30, "\n",
)  # fmt: skip
VALUES: Mapping[str, Any] = {"kind": "panel", "n": 3, "people": ["Ada", "Ben"], "x": None}
EVALUATOR = Evaluator({"held_on": lambda kind: kind, "opened_on": lambda: "2026-11-02"}, {"notice_days": 5})


def _expression(pick: random.Random) -> str:
    if pick.random() < 0.3:
        return bytes_changed(pick.choice([*ATTACKS.values()]).encode(errors="replace"), pick).decode(errors="replace")
    return pick.choice((" ", "")).join(pick.choice(WORDS) for _ in range(pick.randint(1, pick.choice((4, 12, 60)))))


def _evaluate(text: str) -> None:
    for take in (check, check_script, partial(EVALUATOR.evaluate, data=VALUES)):
        try:
            take(text)
        except ExpressionRefusedError:
            continue


# --- decision tables

CELLS = (
    "-", "< 5", "[1..5]", "]1..5[", '"a","b"', "not(1, 2)", 'date("2026-12-02")', "n between 1 and 5", "true", "null",
    "if n > 1 then 2 else 3", "Credit Score", "x + 1", 'date and time("2026-12-02T09:00:00Z")', "policy.limit",
)  # fmt: skip


@cache
def _tables() -> list[bytes]:
    rows = [([cell, other], [cell]) for cell, other in zip(CELLS, reversed(CELLS), strict=True)]
    found = [dmn(rows[n : n + 3], inputs=["n", "Credit Score"]) for n in range(0, len(rows), 3)]
    return [*found, *(path.read_bytes() for path in sorted(SHIPPED.rglob("*.dmn")))]


def _table(pick: random.Random) -> bytes:
    content = pick.choice(_tables())
    if pick.random() < 0.5:
        return bytes_changed(content, pick)
    words = content.decode()
    for _ in range(pick.randint(1, 4)):
        cell = " ".join(pick.choice((*CELLS, *WORDS)) for _ in range(pick.randint(1, 5)))
        old = pick.choice(words.split("<text>")[1:] or ["</text>"]).partition("</text>")[0]
        if old:
            words = words.replace(old, cell.replace("&", "&amp;").replace("<", "&lt;"), pick.choice((1, 1, -1)))
    return words.encode()


def _decide(content: bytes) -> None:
    for name in read_decisions(content):
        try_decision(content, decision=name, inputs={"n": 3, "Credit Score": 700, "x": "2026-12-02"})


# --- forms


def _form(pick: random.Random) -> tuple[Any, Any]:
    definition = pick.choice((MEETING, ROWS))
    answers = {"held": "yes", "place": "Hall", "meeting_on": "2026-12-02", "letters": [{"letter": "a"}], "slot": ["x"]}
    if pick.random() < 0.5:
        definition = json_changed(definition, pick)
    return definition, json_changed(answers, pick)


def _fill_in(given: tuple[Any, Any]) -> None:
    definition, answers = given
    form = read_form(json.dumps(definition).encode(errors="replace"))
    form.json_schema()
    for take in (form.parse, form.draft):
        try:
            take(answers)
        except EngineError:
            continue


# --- diagrams


def _diagram(pick: random.Random) -> Any:
    seed = pick.choice(_seeds())
    return seed, mutated(seed.bundle.files[seed.file], pick)


@cache
def _seeds() -> list[diagrams.Seed]:
    return diagrams.seeds()


# --- files of schools


@cache
def _registers() -> list[bytes]:
    found = [path.read_bytes()[:2_000] for path in sorted(SAMPLES.glob("register-*.csv"))]
    transfer = (
        f"<?xml version='1.0'?><CTfile><Pupil><UPN>{NOAH}</UPN><AttendanceStartDate>2026-10-05</AttendanceStartDate>"
        "<AttendanceMarks>/\\O\\/\\/\\/\\</AttendanceMarks></Pupil></CTfile>"
    )
    shapes = (
        f"UPN,Date,AM,PM\n{NOAH},2026-10-05,o,\\\n{NOAH},2026-10-06,C2,\n",
        f"UPN,Mon 5 Oct 2026 (AM),AM 06-10-2026,2026-10-05 Afternoon\n{NOAH},O,C2,\\\n",
        f"Week commencing,05/10/2026\nUPN,Mon AM,Mon PM,Tue AM,Tue PM\n{NOAH},O,\\,C2,\n",
        f"UPN,{NOAH}\nWeek commencing,Mon AM,Mon PM,Tue AM\n05/10/2026,O,\\,C2\n",
    )
    return [*found, DIRTY.encode(), transfer.encode(), *(text.encode() for text in shapes)]


def _workbook(pick: random.Random) -> bytes:
    return bytes_changed(workbook([["UPN", "Date", "Session", "Mark"], [NOAH, "2026-10-05", "AM", "O"]]), pick)


def _take_register(content: bytes) -> None:
    for take in (read, lambda given: preview(io.BytesIO(given))):
        try:
            take(content)
        except AttendanceError:
            continue


DIARY = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260902\r\n"
    b"DTEND;VALUE=DATE:20261219\r\nSUMMARY:Autumn term\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\n"
    b"DTSTART;VALUE=DATE:20261026\r\nDTEND;VALUE=DATE:20261031\r\nSUMMARY:Half term\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
DAYS = b"kind,start,end,name\nterm,2026-09-02,2026-12-18,Autumn term\nholiday,26/10/2026,30/10/2026,Half term\n"


def _calendar(pick: random.Random) -> bytes:
    whole = (SAMPLES / "calendar.json").read_bytes()
    if pick.random() < 0.3:
        return json.dumps(json_changed(json.loads(whole), pick)).encode(errors="replace")
    return bytes_changed(pick.choice((DIARY, DIARY, DAYS, DAYS, whole)), pick)


def _take_calendar(content: bytes) -> None:
    calendar_of(read_calendar(content, known=None).content)


TARGETS: Mapping[str, Target] = {
    "expressions": Target(105_000, _expression, _evaluate, ()),
    "decision tables": Target(30_000, _table, _decide, (EngineError,)),
    "forms": Target(30_000, _form, _fill_in, (EngineError,)),
    "registers": Target(
        20_000, lambda pick: bytes_changed(pick.choice(_registers()), pick), _take_register, (AttendanceError,)
    ),
    "workbooks": Target(500, _workbook, _take_register, (AttendanceError,)),  # each read by a process of its own
    "calendars": Target(10_000, _calendar, _take_calendar, (AttendanceError,)),
    "adults": Target(
        5_000,
        lambda pick: bytes_changed((SAMPLES / "adults.csv").read_bytes()[:8_000], pick),
        lambda content: read_adults(io.BytesIO(content)),
        (AttendanceError,),
    ),
    "diagrams": Target(10_000, _diagram, lambda given: diagrams.judge(*given), ()),
}

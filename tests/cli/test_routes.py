"""`fasttrack register routes`."""

from pathlib import Path
from typing import Any

from tests.attendance.calendars import broad_reach, day
from tests.attendance.registers import AVA, NOAH, attended, with_birthdays
from tests.cli.commands import Command

DAYS = [when for when in broad_reach().school_days if when <= day("Fri 20 Nov 2026")]
AWAY = {(when, half): "O" for when in DAYS[-12:] for half in ("AM", "PM")}


def asked(fasttrack: Command, tmp_path: Path, calendar: Path, *more: object) -> Any:
    path = tmp_path / "register.csv"
    path.write_text(with_birthdays([*attended(NOAH, DAYS, other=AWAY), *attended(AVA, DAYS)]))
    return fasttrack("register", "routes", path, "--calendar", calendar, "--as-at", "2026-11-20", *more)


def test_every_duty_stands_beside_the_fast_track_for_each_pupil(
    fasttrack: Command, tmp_path: Path, calendar: Path
) -> None:
    found = asked(fasttrack, tmp_path, calendar, "--json").json

    assert (found["as_at"], found["marks_as_at"]) == ("2026-11-20", "2026-11-20")
    assert {route["route"]: route["pupils"] for route in found["routes"]} == {
        "penalty_notice": [NOAH],
        "notice_to_improve": [NOAH],
        "persistent_absence": [NOAH],
        "severe_absence": [],
        "continuous_absence": [NOAH],
        "sickness": [],
    }
    assert all(route["rule"] and route["threshold"] and route["unit"] for route in found["routes"])
    noah, ava = found["pupils"]
    assert [each["fast_track"]["result"] for each in (noah, ava)] == ["eligible", "not_eligible"]
    assert noah["routes"]["continuous_absence"] == {
        "reached": True,
        "first": DAYS[-12].isoformat(),
        "last": "2026-11-20",
        "count": 12,
        "of": None,
        "is_open": True,
        "days_without_a_mark": 0,
    }
    assert not any(finding["reached"] for finding in ava["routes"].values())


def test_sessions_of_notices_are_left_out(fasttrack: Command, tmp_path: Path, calendar: Path) -> None:
    notices = tmp_path / "notices.csv"
    notices.write_text(
        "Reference,UPN,Adult id,Issued on,Status,From,To\n"
        f"PN1,{NOAH},A1,2026-11-18,paid,{DAYS[-12]},{DAYS[-6]}\n"
        f"PN2,{NOAH},A2,2026-11-18,withdrawn,{DAYS[-5]},{DAYS[-1]}\n"
        f"PN3,{NOAH},A2,2026-12-18,issued,{DAYS[-5]},{DAYS[-1]}\n"
        f"PN4,X,A2,2026-11-18,issued,,\n"
    )

    found = asked(fasttrack, tmp_path, calendar, "--penalty-notices", notices, "--json").json

    finding = found["pupils"][0]["routes"]["penalty_notice"]
    assert (finding["count"], finding["used_in_notices"], finding["notices_in_three_years"]) == (10, 14, {"A1": 1})
    assert [row["row"] for row in found["notices_set_aside"]] == [4]


def test_in_words_each_duty_is_told_with_its_rule(fasttrack: Command, tmp_path: Path, calendar: Path) -> None:
    words = asked(fasttrack, tmp_path, calendar).out

    assert "2 pupils, as at Fri 20 Nov 2026, the last mark is of Fri 20 Nov 2026." in words
    assert "Penalty notice to be considered: 1\n  (National framework" in words
    assert f"{NOAH}: 12 school days, Wed 4 Nov 2026 to Fri 20 Nov 2026" in words
    assert f"{NOAH}: 24 of 100 sessions" in words

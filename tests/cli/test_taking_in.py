"""`fasttrack register import` and `fasttrack marks`, on a database."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from attendance.schools import save_school_calendar
from engine import clock
from engine.database import transaction
from engine.ids import new_id
from tests.attendance.calendars import BROAD_REACH
from tests.attendance.registers import NOAH, rows
from tests.cli.commands import Command


@pytest.fixture(autouse=True)
def school(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample school, in a database whose clock stands on Fri 20 Nov 2026."""
    with transaction(engine) as db:
        clock.start_at(db, datetime(2026, 11, 20, 16, tzinfo=clock.LONDON))
        save_school_calendar(db, BROAD_REACH, now=clock.now(db), new_id=new_id)
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setenv("FASTTRACK_DATABASE_URL", url)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "register.csv"
    path.write_text(text)
    return path


def test_a_register_is_taken_in_and_taken_again(fasttrack: Command, tmp_path: Path) -> None:
    path = written(tmp_path, rows(f"{NOAH},2026-11-20,AM,O", f"{NOAH},2026-11-20,PM,ZZ"))

    first = fasttrack("register", "import", path, "--school", "999990", "--json")
    again = fasttrack("register", "import", path, "--school", "999990")

    assert (first.code, first.json["marks_new"], first.json["quarantined"]) == (0, 1, 1)
    assert first.json["rows_set_aside"] == [{"row": 2, "reason": '"ZZ" is not a code of the register.', "column": ""}]
    assert "0 new marks, 0 changed (0 of them closed), 1 as before" in again.out
    assert "The same file came before." in again.out
    assert 'row 2: "ZZ" is not a code of the register.' in again.out


def test_a_mapping_is_remembered_for_the_school(fasttrack: Command, tmp_path: Path) -> None:
    header = "Ref,Date,Session,Mark\n"
    path = written(tmp_path, f"{header}{NOAH},2026-11-19,AM,O\n")
    assert fasttrack("register", "import", path, "--school", "999990").code == 2
    asked = ("--school", "999990", "--json")

    mapped = fasttrack("register", "import", path, *asked, "--mapping", "upn=Ref")
    later = fasttrack("register", "import", written(tmp_path, f"{header}{NOAH},2026-11-20,AM,O\n"), *asked)

    assert (mapped.json["marks_new"], later.json["marks_new"]) == (1, 1)


@pytest.mark.parametrize(("urn", "text", "code"), [("123456", rows(), 1), ("999990", "UPN,Possible,Attended\n", 2)])
def test_what_cannot_be_taken_is_one_sentence(
    fasttrack: Command, tmp_path: Path, urn: str, text: str, code: int
) -> None:
    answer = fasttrack("register", "import", written(tmp_path, text), "--school", urn, "--json")

    assert answer.code == code
    assert answer.json["error"]


def test_marks_older_than_two_school_days_are_stale(fasttrack: Command, tmp_path: Path, engine: Engine) -> None:
    assert fasttrack("marks", "--stale", "--json").json["schools"][0]["marks_as_at"] is None
    fasttrack("register", "import", written(tmp_path, rows(f"{NOAH},2026-11-18,AM,O")), "--school", "999990")

    fresh = fasttrack("marks", "--stale", "--json").json
    assert (fresh["as_at"], fresh["schools"]) == ("2026-11-20", [])
    assert "marks as at Wed 18 Nov 2026, 2 school days ago" in fasttrack("marks").out

    with transaction(engine) as db:
        clock.move_to(db, datetime(2026, 11, 23, 8, tzinfo=clock.LONDON))
    (stale,) = fasttrack("marks", "--stale", "--json").json["schools"]
    assert (stale["urn"], stale["school_days_since"], stale["is_stale"]) == ("999990", 3, True)
    assert "STALE" in fasttrack("marks").out

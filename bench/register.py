"""How fast a large authority's register is read, imported and judged, and with how much memory.

    python -m bench.register [--pupils 30000] [--days 190] [--keep FOLDER]

Makes a year's file, imports it into an empty database through the use case that the service calls, and prints the time
and the most memory that this process and its children had; then the time in which all pupils are judged, and found.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from api.database import mark
from api.settings import Settings
from api.wiring import Wiring, wired
from attendance.calendar_file import calendar_of
from attendance.eligibility import Result, Threshold
from attendance.registers import eligibility_of
from attendance.schools import save_school_calendar
from attendance.upn import check_letter
from bench.memory import Watched
from engine.clock import LONDON, now
from engine.ids import new_id
from handlers.imports import import_register

ROUNDS = 3

YEAR = {
    "terms": [["2025-09-01", "2025-12-19"], ["2026-01-05", "2026-03-27"], ["2026-04-13", "2026-07-31"]],
    "inset": [],
    "closures": [],
}
SCHOOL = {
    "urn": "999990",
    "laestab": "9269990",
    "name": "Every school of Broadshire",
    "phone": "01603 000000",
    "address": ["1 Mill Lane", "NR1 1ZZ"],
}
MARKS = ("I", "M", "O", "U", "N", "G", "L", "C2", "E", "B")


def write_register(path: Path, *, pupils: int, days: list[date]) -> None:
    """A row for each pupil, day and session; one mark in seven is not plain presence, most of them of few pupils."""
    random = Random(2026)  # noqa: S311 - the same file each time
    halves = [(f"{day.isoformat()},{session},", present) for day in days for session, present in _SESSIONS]
    with path.open("w", encoding="utf-8") as file:
        file.write("UPN,DOB,Date,Session,Mark\n")
        for upn in upns(pupils):
            born = date(2009, 9, 1) + timedelta(days=random.randrange(4200))
            start, missed = f"{upn},{born.isoformat()},", random.random() ** 6
            file.writelines(
                f"{start}{half}{present if random.random() > missed else random.choice(MARKS)}\n"
                for half, present in halves
            )


_SESSIONS = (("AM", "/"), ("PM", "\\"))


def upns(number: int) -> Iterator[str]:
    """So many different unique pupil numbers."""
    for serial in range(number):
        body = f"{926:03}{9000 + serial // 1000:04}{25:02}{serial % 1000:03}"
        yield check_letter(body) + body


def main() -> None:
    """Measures and prints, one figure a line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--pupils", type=int, default=30_000)
    asked.add_argument("--days", type=int, default=190)
    asked.add_argument("--keep", type=Path, help="a folder to keep the file in")
    options = asked.parse_args()
    days = list(calendar_of(YEAR).school_days[: options.days])
    with tempfile.TemporaryDirectory() as folder:
        path = (options.keep or Path(folder)) / f"register-{options.pupils}-{len(days)}.csv"
        if not path.exists():
            write_register(path, pupils=options.pupils, days=days)
        print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print(f"file: {options.pupils} pupils x {len(days)} days x 2 marks, {path.stat().st_size / 1e6:.0f} MB")
        with wired(Settings(data_dir=Path(folder) / "data", log_level="warning")) as wiring:
            measure(wiring, path, as_at=days[-1])


def measure(wiring: Wiring, path: Path, *, as_at: date) -> None:
    """Imports the file into the empty database and judges all its pupils."""
    engine = wiring.database.engine
    mark(engine, demo=True, starts_at=datetime.combine(as_at, time(16), tzinfo=LONDON))
    with engine.begin() as db:
        school_id, _ = save_school_calendar(db, {"school": SCHOOL, **YEAR}, now=now(db), new_id=new_id)
    started, used = perf_counter(), process_time()
    with Watched(engine) as memory, path.open("rb") as file:
        found = import_register(
            wiring.runtime, school_id=school_id, filename=path.name, content=file, actor="system", tell=_shown()
        )
    print(
        f"import: {found.marks_new} marks of {found.pupils_new} pupils in {perf_counter() - started:.1f} s "
        f"({process_time() - used:.1f} s of a processor here), at most {memory.ours:.0f} MiB here, "
        f"{memory.database:.0f} MiB in a process of the database"
    )
    calendar = calendar_of(YEAR)
    for _ in range(ROUNDS):
        started = perf_counter()
        with engine.connect() as db:
            judged = eligibility_of(db, school_id, as_at=as_at, threshold=Threshold(15, 9, 6), calendar=calendar).pupils
        eligible = sum(standing.figures.result is Result.ELIGIBLE for standing in judged)
        print(f"eligibility: {len(judged)} pupils, {eligible} eligible, in {perf_counter() - started:.2f} s")


def _shown() -> Callable[[float], None]:
    last = -1.0

    def show(done: float) -> None:
        nonlocal last
        if sys.stderr.isatty() and done - last > 0.01:
            last = done
            sys.stderr.write(f"\r{done:4.0%}")

    return show


if __name__ == "__main__":
    main()

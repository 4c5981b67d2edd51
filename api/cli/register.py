"""`fasttrack register`: what a register's file says against the criteria, without a database."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.arguments import Mapping, calendar_in, criteria, iso_day, readable, school_in
from api.cli.output import AsJson, answer
from api.cli.routes import routes
from api.register_json import layout_json
from attendance.eligibility import Figures, Result
from attendance.register import preview as preview_of
from attendance.register import read_register
from attendance.register_check import Check, check_register
from attendance.register_layout import Layout
from attendance.register_mappings import titles_said
from attendance.register_rows import Register
from attendance.words import in_words

app = typer.Typer(help="Registers as schools export them.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(metavar="FILE", help="The register: CSV, Excel workbook or transfer file.")]


app.command()(routes)


@app.command()
def check(
    file: File,
    calendar: Annotated[Path, typer.Option("--calendar", metavar="FILE", help="The school's calendar.")],
    as_at: Annotated[date, typer.Option("--as-at", parser=iso_day, metavar="DATE", help="The last day that counts.")],
    mapping: Mapping = None,
    as_json: AsJson = False,
) -> None:
    """Says which pupils meet the criteria, and which rows of the file cannot be right."""
    threshold = criteria()
    school = calendar_in(calendar)
    with readable(file) as stream:
        register = read_register(
            stream, calendar=school, as_at=as_at, mapping=titles_said(mapping or []), school=school_in(calendar)
        )
    checked = check_register(register, calendar=school, threshold=threshold)
    answer(
        _as_json(register, checked) if as_json else {},
        as_json=as_json,
        words="" if as_json else "\n".join(_in_words(register, checked)),
    )


@app.command()
def preview(file: File, mapping: Mapping = None, as_json: AsJson = False) -> None:
    """Says how a file would be read: its shape, which column is what, and its first rows."""
    with readable(file) as stream:
        found = preview_of(stream, mapping=titles_said(mapping or []))
    layout = found.layout
    answer(
        {**layout_json(layout), "rows": found.rows},
        as_json=as_json,
        words="\n".join([*_layout_in_words(layout), *(" | ".join(row) for row in found.rows)]),
    )


def _layout_in_words(layout: Layout) -> Iterator[str]:
    yield f"This is a register with {layout.shape}."
    yield from (f"  {name}: {layout.header[place]}" for name, place in layout.columns.items())
    if layout.sessions:
        yield f"  {len(layout.sessions)} columns of marks, {layout.sessions[0].title} to {layout.sessions[-1].title}"
    yield from (f"  {column.title}: {column.problem}" for column in layout.sessions if column.problem)
    if layout.unused:
        yield f"  not used: {', '.join(layout.unused)}"


def _as_json(register: Register, checked: Check) -> dict[str, Any]:
    return {
        "as_at": register.as_at,
        "marks_as_at": register.last_day,
        "shape": register.shape,
        "window_weeks": checked.window.weeks,
        "pupils": [
            asdict(found) if found.upn else {**asdict(found), "admission_number": pupil.admission_number}
            for found, pupil in zip(checked.pupils, register.pupils.values(), strict=True)
        ],
        "quarantined": [{"row": row.row, "reason": row.reason, "column": row.column} for row in register.quarantined],
        "gaps": list(register.gaps),
        "conflicts": [asdict(conflict) for conflict in register.conflicts],
        "left_out": register.left_out,
        "earlier": [
            {
                "upn": earlier.upn,
                "window_weeks": earlier.window.weeks,
                "possible": earlier.tally.possible,
                "unauthorised": earlier.tally.unauthorised,
            }
            for earlier in checked.earlier
        ],
        "notes": [asdict(note) for note in checked.notes],
    }


def _in_words(register: Register, checked: Check) -> Iterator[str]:
    weeks = checked.window.weeks
    yield f"{register.rows} rows, {len(checked.pupils)} pupils, as at {in_words(register.as_at)}."
    if register.last_day:
        yield f"The last mark is of {in_words(register.last_day)}."
    if weeks:
        yield f"{len(weeks)} school weeks, from the week of {in_words(weeks[0])} to that of {in_words(weeks[-1])}."
    for result, heading in _HEADINGS.items():
        found = [pupil for pupil in checked.pupils if pupil.result is result]
        yield f"\n{heading}: {len(found)}"
        yield from map(_line, found)
    since = dict.fromkeys(earlier.upn for earlier in checked.earlier)
    now = {pupil.upn for pupil in checked.pupils if pupil.result is Result.ELIGIBLE}
    if only_earlier := [upn for upn in since if upn not in now]:
        yield f"\nMet the criteria in an earlier window only: {', '.join(only_earlier)}"
    yield f"\nRows set aside: {len(register.quarantined)}"
    for row in register.quarantined:
        yield f"  row {row.row}, {row.column}: {row.reason}" if row.column else f"  row {row.row}: {row.reason}"
    yield f"Rows without a mark: {_numbers(register.gaps)}"
    yield f"Rows after the day: {register.left_out}"
    yield f"Rows replaced by a later one: {len(register.conflicts)}"
    yield from (
        f"  row {conflict.row} ({conflict.was}) by row {conflict.superseded_by} ({conflict.became})"
        for conflict in register.conflicts
    )
    for note in checked.notes:
        yield f"{note.upn}: {note.note}" if note.upn else note.note


_HEADINGS = {
    Result.ELIGIBLE: "Meet the criteria",
    Result.ASK_AEO: "Reach the share but not the number of sessions: ask the AEO",
}


def _line(pupil: Figures) -> str:
    hundredths = pupil.unauthorised * 10_000 // pupil.possible  # cut off, never rounded up over the threshold
    provisional = f", {pupil.provisional_n} of them marked N" if pupil.provisional_n else ""
    share = f"{hundredths // 100}.{hundredths % 100:02d} %"
    return f"  {pupil.upn}: {pupil.unauthorised} of {pupil.possible} sessions unauthorised ({share}{provisional})"


def _numbers(rows: Sequence[int]) -> str:
    return f"{len(rows)} ({', '.join(map(str, rows))})" if rows else "0"

"""`fasttrack register routes`: the other duties that the same marks bring, beside the Fast Track, for each pupil."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.arguments import Mapping as Titles
from api.cli.arguments import calendar_in, criteria, iso_day, readable, school_in
from api.cli.output import AsJson, answer
from api.register_json import finding_json, route_json
from attendance.eligibility import Result
from attendance.penalty_notices import WITHDRAWN, Notice, read_notices
from attendance.register import read_register
from attendance.register_check import check_register
from attendance.register_mappings import titles_said
from attendance.register_rows import PupilOnRegister
from attendance.routes import ROUTES, Finding, GivenNotice, Spans, routes_of
from attendance.words import in_words


def routes(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The register.")],
    calendar: Annotated[Path, typer.Option("--calendar", metavar="FILE", help="The school's calendar.")],
    as_at: Annotated[date, typer.Option("--as-at", parser=iso_day, metavar="DATE", help="The last day that counts.")],
    penalty_notices: Annotated[
        Path | None, typer.Option("--penalty-notices", metavar="FILE", help="The notices that the authority has given.")
    ] = None,
    mapping: Titles = None,
    as_json: AsJson = False,
) -> None:
    """Says which duties each pupil's marks bring: penalty notice, absence returns, persistent absence, Fast Track."""
    school, threshold = calendar_in(calendar), criteria()
    with readable(file) as stream:
        register = read_register(
            stream, calendar=school, as_at=as_at, mapping=titles_said(mapping or []), school=school_in(calendar)
        )
    notices, set_aside = _notices(penalty_notices)
    checked = check_register(register, calendar=school, threshold=threshold)
    spans = Spans(school, as_at, register.last_day)
    found = {
        pupil.label: list(
            routes_of(pupil.marks, born=pupil.born, spans=spans, notices=list(_given(notices, pupil, spans)))
        )
        for pupil in register.pupils.values()
    }
    reached = {
        route.name: [label for label, each in found.items() if any(_is(f, route.name) for f in each)]
        for route in ROUTES
    }
    fast_track = {pupil.label: figures for pupil, figures in zip(register.pupils.values(), checked.pupils, strict=True)}
    result = {
        "as_at": as_at,
        "marks_as_at": register.last_day,
        "window_weeks": checked.window.weeks,
        "routes": [route_json(route, reached[route.name]) for route in ROUTES],
        "pupils": [
            {
                "upn": figures.upn,
                "pupil": label,
                "fast_track": {
                    "result": figures.result,
                    "possible": figures.possible,
                    "unauthorised": figures.unauthorised,
                    "provisional_n": figures.provisional_n,
                },
                "routes": {finding.route: finding_json(finding) for finding in found[label]},
            }
            for label, figures in fast_track.items()
        ],
        "rows_set_aside": len(register.quarantined),
        "notices_set_aside": set_aside,
    }
    eligible = [label for label, figures in fast_track.items() if figures.result is Result.ELIGIBLE]
    words = "\n".join(_in_words(found, reached, eligible, as_at, register.last_day))
    answer(result, as_json=as_json, words=words)


def _is(finding: Finding, route: str) -> bool:
    return finding.route == route and finding.is_reached


def _notices(path: Path | None) -> tuple[Mapping[str, list[Notice]], list[dict[str, Any]]]:
    """The notices by UPN, and the rows set aside."""
    found: dict[str, list[Notice]] = {}
    if path is None:
        return found, []
    with readable(path) as stream:
        file = read_notices(stream)
    for notice in file.notices.values():
        found.setdefault(notice.upn, []).append(notice)
    return found, [{"row": row.row, "reason": row.reason} for row in file.quarantined]


def _given(notices: Mapping[str, list[Notice]], pupil: PupilOnRegister, spans: Spans) -> Iterator[GivenNotice]:
    """The notices about a pupil that were not withdrawn; those of a period are about all sessions in it."""
    for notice in notices.get(pupil.upn, ()):
        if notice.status != WITHDRAWN and notice.issued_on <= spans.as_at:
            periods = {
                (day, session)
                for first, last in notice.periods
                for day, session, _ in pupil.marks
                if first <= day <= last
            }
            yield GivenNotice(notice.adult, notice.issued_on, notice.sessions | periods)


def _in_words(
    found: Mapping[str, list[Finding]],
    reached: Mapping[str, list[str]],
    eligible: list[str],
    as_at: date,
    marks_as_at: date | None,
) -> Iterator[str]:
    said = f", the last mark is of {in_words(marks_as_at)}" if marks_as_at else ""
    yield f"{len(found)} pupils, as at {in_words(as_at)}{said}."
    yield f"\nMeet the criteria of the Fast Track: {len(eligible)}"
    yield from (f"  {label}" for label in eligible)
    for route in ROUTES:
        yield f"\n{route.title}: {len(reached[route.name])}\n  ({route.rule})"
        for label in reached[route.name]:
            finding = next(each for each in found[label] if each.route == route.name)
            share = f" of {finding.of}" if finding.of is not None else ""
            unit = "sessions" if route.unit == "percent" else route.unit
            first, last = finding.first, finding.last
            when = f", {in_words(first)} to {in_words(last)}" if first and last else ""
            yield f"  {label}: {finding.count}{share} {unit}{when}"

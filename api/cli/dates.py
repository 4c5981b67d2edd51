"""`fasttrack dates`: the arithmetic of days that the timers use, without a database."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from api.cli.arguments import CalendarFile, calendar_in, iso_day, policy_number, working_days_in
from api.cli.output import AsJson, answer
from attendance import limitation as limits
from attendance import notice as notices
from attendance.notice import Postage
from attendance.words import in_words

app = typer.Typer(help="Notice, working days, school weeks, limits of prosecution.", no_args_is_help=True)

PostageOption = Annotated[Postage, typer.Option("--postage", help="Class of the stamp; second where it is unknown.")]
FromDay = Annotated[date, typer.Option("--from", parser=iso_day, metavar="DATE", help="The day counted from.")]
Number = Annotated[int, typer.Option("--add", min=0, metavar="N", help="How many to add.")]


@app.command()
def notice(
    posted: Annotated[date, typer.Option("--posted", parser=iso_day, metavar="DATE", help="The day of posting.")],
    postage: PostageOption = Postage.SECOND,
    calendar: CalendarFile = None,
    as_json: AsJson = False,
) -> None:
    """Says the earliest meeting that a letter allows."""
    days, number = working_days_in(calendar), policy_number("notice_days")
    found = notices.notice(posted, postage=postage, days=days, notice_days=number)
    sent = days.on_or_after(posted)
    counted = "" if sent == posted else f", which counts as {in_words(sent)}"
    answer(
        asdict(found),
        as_json=as_json,
        words=f"Posted {in_words(posted)}{counted}, {postage} class, a letter counts as received on "
        f"{in_words(found.deemed_receipt)}.\n"
        f"The meeting can be on {in_words(found.literal)} at the earliest ({number} working days after posting),\n"
        f"from {in_words(found.clear)} with {number} clear working days after posting, and\n"
        f"from {in_words(found.evidence_grade)} with {number} clear working days after receipt, as evidence needs.",
    )


@app.command("latest-posting")
def latest_posting(
    meeting: Annotated[date, typer.Option("--meeting", parser=iso_day, metavar="DATE", help="The meeting's day.")],
    postage: PostageOption = Postage.SECOND,
    calendar: CalendarFile = None,
    as_json: AsJson = False,
) -> None:
    """Says by when a letter must be posted for a meeting."""
    number = policy_number("notice_days")
    found = notices.latest_posting(meeting, postage=postage, days=working_days_in(calendar), notice_days=number)
    answer(
        asdict(found),
        as_json=as_json,
        words=f"For a meeting on {in_words(meeting)} post the letter, {postage} class,\n"
        f"by {in_words(found.literal)} at the latest ({number} working days before),\n"
        f"by {in_words(found.clear)} for {number} clear working days after posting, and\n"
        f"by {in_words(found.evidence_grade)} for {number} clear working days after receipt, as evidence needs.",
    )


@app.command("working-days")
def working_days(from_: FromDay, add: Number, calendar: CalendarFile = None, as_json: AsJson = False) -> None:
    """Adds working days to a day."""
    found = working_days_in(calendar).after(add, from_)
    answer({"date": found}, as_json=as_json, words=f"{add} working days after {in_words(from_)}: {in_words(found)}.")


@app.command("school-weeks")
def school_weeks(
    from_: FromDay,
    add: Number,
    calendar: Annotated[Path, typer.Option("--calendar", metavar="FILE", help="The school's calendar.")],
    as_json: AsJson = False,
) -> None:
    """Adds school weeks to a day, and offers the last school day by then."""
    school = calendar_in(calendar)
    weekday = school.school_weeks_after(add, from_)
    offered = school.offered(weekday)
    answer(
        {"same_weekday": weekday, "offered": offered},
        as_json=as_json,
        words=f"{add} school weeks after {in_words(from_)}: {in_words(weekday)}. "
        + ("It is a school day." if offered == weekday else f"The last school day by then is {in_words(offered)}."),
    )


@app.command()
def limit(
    session: Annotated[date, typer.Argument(parser=iso_day, metavar="DATE", help="The day of the session.")],
    calendar: CalendarFile = None,
    as_json: AsJson = False,
) -> None:
    """Says until when an unauthorised session can be prosecuted."""
    found = limits.limitation(session, days=working_days_in(calendar))
    answer(
        asdict(found),
        as_json=as_json,
        words=f"A session on {in_words(session)} is out of time after {in_words(found.limit)} "
        f"(six months: {in_words(found.six_months)}; 26 weeks: {in_words(found.twenty_six_weeks)}).\n"
        f"The last safe working day is {in_words(found.last_safe_day)}.",
    )

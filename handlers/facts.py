"""What expressions, forms and handlers may read of a case: fresh from its records, nothing kept beyond one step."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import Connection, select

from attendance import tables
from attendance.calendar import SchoolCalendar
from attendance.codes import CODES, Kind
from attendance.eligibility import Figures, ReliedOn, Threshold, Window, figures, relied_on
from attendance.marks import Marks
from attendance.meetings import meetings_of, replies_to
from attendance.moments import LONDON
from attendance.notice import LatestPosting, Notice, Postage, delivery_days, latest_posting, notice
from attendance.parents import Parent, adults_of, parents_of
from attendance.plans import plan_of
from attendance.registers import eligibility_of, sessions_relied_on
from attendance.schools import calendar_of
from attendance.snapshots import Snapshot, latest_snapshot
from attendance.targets import Count, Progress
from engine.calls import CaseFacts
from engine.policy import Policy


@dataclass(frozen=True)
class Checked:
    """A pupil's figures, the window they are of, the unauthorised sessions in it, and the day of birth they rest on."""

    figures: Figures
    window: Window
    relied_on: tuple[ReliedOn, ...]
    born: date | None


@dataclass(frozen=True)
class Facts:
    """One case's records at one moment. What never changes within a step is read once."""

    db: Connection
    case: CaseFacts
    now: datetime
    policy: Policy
    # A calendar with its version in place of the school's latest: of a draft that is looked at, or of an older version.
    reckoned_by: tuple[SchoolCalendar, int] | None = None

    @cached_property
    def today(self) -> date:
        """The day in England."""
        return self.now.astimezone(LONDON).date()

    @cached_property
    def calendar(self) -> SchoolCalendar:
        """The school's calendar, in its latest version unless another is given."""
        return self._calendar[0]

    @property
    def calendar_version(self) -> int:
        """Which version of the school's calendar that is."""
        return self._calendar[1]

    @property
    def parents(self) -> list[Parent]:
        """The pupil's parents today."""
        return parents_of(self.db, self.case.subject_id, on=self.today)

    @property
    def adults(self) -> list[Parent]:
        """Every adult linked to the pupil, parents or not."""
        return adults_of(self.db, self.case.subject_id)

    def name_of(self, adult: UUID) -> str:
        """An adult's name and relationship, for people who work on the case."""
        return next((known.label for known in self.adults if known.id == adult), str(adult))

    def moved_for(self, adult: UUID) -> int:
        """How many meetings of the case were moved because this parent's reason was reasonable (domain.md E4)."""
        moved = [meeting for kind in ("panel", "review") for meeting in meetings_of(self.db, self.case.id, kind=kind)]
        replies = [reply for meeting in moved for reply in replies_to(self.db, meeting.id)]
        return sum(reply.adult_id == adult and reply.reasonable is True for reply in replies)

    def notice(self, posted: date, *, postage: Postage, to: UUID | None = None) -> Notice:
        """The earliest meetings that a posting allows: to one adult, or to every parent, of whom some may be abroad."""
        country = self._farthest if to is None else self.country_of(to)
        return notice(
            posted, postage=postage, days=self.calendar.days, notice_days=self.policy.notice_days, country=country
        )

    def latest_posting(self, meeting: date, *, postage: Postage) -> LatestPosting:
        """The last posting days for a meeting, for every parent."""
        return latest_posting(
            meeting,
            postage=postage,
            days=self.calendar.days,
            notice_days=self.policy.notice_days,
            country=self._farthest,
        )

    def country_of(self, adult: UUID) -> str:
        """The country to which letters to an adult go; "" at home. Source: domain.md E13."""
        address = next((known.address for known in self.adults if known.id == adult), None)
        return address.country if address else ""

    @property
    def threshold(self) -> Threshold:
        """The criteria in numbers."""
        return Threshold(self.policy.threshold_percent, self.policy.threshold_sessions, self.policy.window_weeks)

    @property
    def snapshot(self) -> Snapshot:
        """The figures that were taken last. Raises LookupError before any were."""
        found = latest_snapshot(self.db, self.case.id)
        if found is None:
            raise LookupError("No figures were taken in this case yet.")
        return found

    @property
    def has_opened(self) -> bool:
        """Whether the figures on which a case opens were taken."""
        return latest_snapshot(self.db, self.case.id, what="opening") is not None

    @property
    def opening(self) -> Snapshot:
        """The figures on which the case was opened. Raises LookupError before they were taken."""
        found = latest_snapshot(self.db, self.case.id, what="opening")
        if found is None:
            raise LookupError("No figures were taken in this case yet.")
        return found

    def check(self) -> Checked:
        """The pupil's figures in the window that ends today, as the register stands. Source: R007, R008."""
        found = eligibility_of(
            self.db,
            self.case.owner_id,
            self.case.subject_id,
            as_at=self.today,
            threshold=self.threshold,
            calendar=self.calendar,
        )
        [standing] = found.pupils
        relied_on = sessions_relied_on(self.db, self.case.subject_id, window=found.window, calendar=self.calendar)
        return Checked(standing.figures, found.window, relied_on, self._pupil[1])

    def recheck(self) -> Checked:
        """The figures of the opening's own window, as the register stands now.

        Attendance that has got better since is no change of what the case was opened on. Source: domain.md 2.8, E24.
        """
        weeks = tuple(date.fromisoformat(monday) for monday in self.opening.figures["window_weeks"])
        return self.in_window(Window(weeks, self.opening.as_at))

    def in_window(self, window: Window) -> Checked:
        """The figures of a window, as the register stands now."""
        upn, born = self._pupil
        marks = self.marks
        return Checked(
            figures(marks, upn=upn, born=born, window=window, threshold=self.threshold),
            window,
            tuple(relied_on(marks, born=born, window=window)),
            born,
        )

    @property
    def marks(self) -> Marks:
        """The pupil's marks up to today, as the register is now, without days that the calendar has since closed."""
        day, am, pm = tables.mark.c.day, tables.mark.c.am, tables.mark.c.pm
        mine = (
            select(day, am, pm).where(tables.mark.c.pupil_id == self.case.subject_id, day <= self.today).order_by(day)
        )
        rows = self.db.execute(mine).all()
        start = rows[0].day if rows else self.today
        marks = Marks(start, days=(self.today - start).days + 1)
        for row in rows:
            if not self.calendar.is_school_day(row.day):
                continue
            for session, code in (("AM", row.am), ("PM", row.pm)):
                if code is not None:
                    marks.put(row.day, session, code)
        return marks

    def count(self, first: date, last: date) -> Count:
        """The pupil's sessions from a day to a day while of compulsory school age, as the register is now."""
        window = Window((first,), min(last, self.today)) if first <= last else Window((), self.today)
        upn, born = self._pupil
        found = figures(self.marks, upn=upn, born=born, window=window, threshold=self.threshold)
        return Count(found.possible, found.unauthorised)

    @property
    def sessions_relied_on(self) -> tuple[date, ...]:
        """Days of unauthorised sessions from the opening window's first day until now, one for each session.

        Later absence counts too; what was amended to another code does not. Source: domain.md 3.6, E46.
        """
        window = Window((self.window_from,), self.today)
        return tuple(session.day for session in relied_on(self.marks, born=self._pupil[1], window=window))

    @property
    def window_from(self) -> date:
        """The first day of the window on which the case was opened."""
        weeks = self.opening.figures["window_weeks"]
        return date.fromisoformat(weeks[0]) if weeks else self.opening.as_at

    @property
    def progress(self) -> Progress:
        """Where the target that was agreed stands today. Raises LookupError while none is agreed."""
        return self.progress_until(self.today)

    def progress_until(self, day: date) -> Progress:
        """Where the target that was agreed stood on a day. Raises LookupError while none is agreed."""
        plan = plan_of(self.db, self.case.id, kind="panel")
        if plan is None or plan.target_sessions is None or plan.period_from is None or plan.period_to is None:
            raise LookupError("No target is agreed in this case.")
        counted_to = min(plan.period_to, day)
        opening = self.opening.figures
        return Progress(
            allowed=plan.target_sessions,
            period_from=plan.period_from,
            period_to=plan.period_to,
            counted_to=counted_to,
            since=self.count(plan.period_from, counted_to),
            before=Count(opening["possible"], opening["unauthorised"]),
        )

    @property
    def amended_to_defence(self) -> int:
        """Sessions since the opening window began that were unauthorised once and now bear an authorised code, or one
        that says that the pupil could not attend: such codes mirror the defences of section 444 (domain.md 6.2)."""
        change = tables.mark_change.c
        was_unauthorised = [code.code for code in CODES.values() if code.kind is Kind.UNAUTHORISED]
        amended = (
            select(change.day, change.session)
            .distinct()
            .where(
                change.pupil_id == self.case.subject_id,
                change.day >= self.window_from,
                change.was.in_(was_unauthorised),
            )
        )
        once = {(row.day, row.session.upper()) for row in self.db.execute(amended)}
        mirrors = {Kind.AUTHORISED, Kind.NOT_POSSIBLE}
        return sum((day, session) in once and code.kind in mirrors for day, session, code in self.marks)

    @property
    def _farthest(self) -> str:
        countries = [parent.address.country for parent in self.parents if parent.address]
        return max(countries, key=lambda country: delivery_days(Postage.FIRST, country=country), default="")

    @cached_property
    def _calendar(self) -> tuple[SchoolCalendar, int]:
        return self.reckoned_by or calendar_of(self.db, self.case.owner_id)

    @cached_property
    def _pupil(self) -> tuple[str, date | None]:
        p = tables.pupil.c
        row = self.db.execute(select(p.upn, p.born).where(p.id == self.case.subject_id)).one()
        return row.upn, row.born

"""A second reading of an exported case: every figure, date and precondition is worked out again from the file alone.

Standard library only, and no line of the product: what both readings get wrong, two people got wrong. It reads the
archive of `fasttrack case export` (or its case.json), and says where it comes to another result than the file does.

    python3 verifier/second_reading.py FT-2026-00001.zip [--json]

Exit 0: nothing to say; 1: disagreements; 2: the file cannot be read. Rule numbers are those of the procedure's source.
"""

import json
import sys
import zipfile
from calendar import monthrange
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

DAY, EVER = timedelta(days=1), datetime.max.replace(tzinfo=UTC)
UNAUTHORISED = set("GNOU")
NOT_POSSIBLE = {"", "-", "#", "D", "Q", "X", "Y", "Z", *(f"Y{n}" for n in range(1, 8))}
AT_HOME = {"", "uk", "united kingdom", "england", "wales", "scotland", "northern ireland", "great britain"}
OUTCOMES = {"O1", "O2", "O3", "O4"}


# --- days


@lru_cache
def bank_holidays(year):
    """England's: by statute, by custom, and those that are proclaimed every year; with their substitutes."""
    a, b, c = year % 19, year // 100, year % 100  # Easter by the anonymous Gregorian rule
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    easter = date(year, month, day + 1)
    may, last_may, last_august = date(year, 5, 1), date(year, 5, 31), date(year, 8, 31)
    found = {easter - 2 * DAY, easter + DAY, may + (-may.weekday() % 7) * DAY}
    found |= {last_may - last_may.weekday() * DAY, last_august - last_august.weekday() * DAY}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while fixed.weekday() > 4 or fixed in found:
            fixed += DAY
        found.add(fixed)
    return frozenset(found)


class Calendar:
    """One version of a school's calendar."""

    def __init__(self, content):
        days = lambda name: {date.fromisoformat(each) for each in content.get(name) or []}  # noqa: E731
        self.proclaimed, self.replaced = days("proclaimed"), days("bank_holidays")
        closed = days("inset") | {date.fromisoformat(each["date"]) for each in content.get("closures") or []}
        self.school_days = sorted(
            day
            for first, last in content["terms"]
            for day in between(date.fromisoformat(first), date.fromisoformat(last))
            if self.works(day) and day not in closed
        )
        self.weeks = sorted({monday(day) for day in self.school_days})

    def works(self, day):
        """Monday to Friday and no bank holiday."""
        if day.weekday() > 4 or day in self.proclaimed:
            return False
        replaced = {each for each in self.replaced if each.year == day.year}
        return day not in (replaced or bank_holidays(day.year))

    def after(self, number, day):
        """So many working days after a day; the day itself does not count. Below 0: before it."""
        step = DAY if number > 0 else -DAY
        for _ in range(abs(number)):
            day += step
            while not self.works(day):
                day += step
        return day

    def sent(self, day):
        """A letter posted on no working day counts as posted on the next."""
        return day if self.works(day) else self.after(1, day)

    def safe(self, day):
        """The last working day on or before a day."""
        return day if self.works(day) else self.after(-1, day)

    def received(self, posted, postage, country):
        """Practice Direction of 8 March 1985; abroad the upper end of what the post states."""
        if country.strip().lower() in AT_HOME:
            return self.after(2 if postage == "first" else 4, self.sent(posted))
        return None  # which countries are Europe is data of the product: see `check_notice`

    def school_weeks_after(self, number, day):
        """The same weekday in the so-manieth following school week, or None past the calendar's end."""
        later = [week for week in self.weeks if week > monday(day)]
        return later[number - 1] + day.weekday() * DAY if len(later) >= number else None

    def last_internal_review(self, review, weeks, days):
        """A5: within six school weeks and thirty school days, whichever comes first, on a school day."""
        by_week = self.school_weeks_after(weeks, review)
        later = [day for day in self.school_days if day > review]
        ends = [end for end in (by_week, later[days - 1] if len(later) >= days else None) if end]
        return max((day for day in self.school_days if day <= min(ends)), default=None) if ends else None


def between(first, last):
    """Every day from one to another, both counted."""
    return [first + n * DAY for n in range((last - first).days + 1)]


def monday(day):
    """The first day of a day's week."""
    return day - day.weekday() * DAY


def limit(session, calendar):
    """Six months or 26 weeks after a session, whichever is earlier, as a working day on or before it (R079)."""
    years, month = divmod(session.month - 1 + 6, 12)
    year, month = session.year + years, month + 1
    months = date(year, month, min(session.day, monthrange(year, month)[1]))
    return calendar.safe(min(months, session + 182 * DAY))


def moment(text):
    """An ISO moment, aware."""
    return datetime.fromisoformat(text).astimezone(UTC)


def london(text):
    """The day on which a moment falls in England."""
    return moment(text).astimezone(ZoneInfo("Europe/London")).date()


def day_of(text):
    """An ISO day, or None."""
    return date.fromisoformat(text) if text else None


# --- the reading


class Reading:
    """The rows of one case, and what does not agree."""

    def __init__(self, rows, policy, documents):
        self.rows, self.policy, self.documents = rows, policy, documents
        self.found = []
        (self.case,), (self.pupil,) = rows["case"], rows["pupil"]
        self.calendars = {row["version"]: Calendar(row["content"]) for row in rows["calendar"]}
        self.newest = self.calendars[max(self.calendars)]
        self.reachable = {row["adult_id"] for row in rows["address"] if row["lines"]}
        self.made = sorted((moment(row["created_at"]), row["version"]) for row in rows["calendar"])
        self.held = {row["kind"]: row for row in rows["meeting"] if row["state"] == "held"}
        self.outcomes = {row["stage"]: row for row in sorted(rows["outcome"], key=lambda row: row["recorded_at"])}

    def say(self, rule, where, said, worked_out):
        """One disagreement."""
        self.found.append({"rule": rule, "where": where, "file": str(said), "second_reading": str(worked_out)})

    def same(self, rule, where, said, worked_out):
        """A disagreement where two values differ."""
        if said != worked_out:
            self.say(rule, where, said, worked_out)

    def calendar_at(self, at):
        """The calendar as it stood at a moment; the first one where the clock of the case was behind its making."""
        return self.calendars[max((version for made, version in self.made if made <= at), default=self.made[0][1])]

    def marks(self, at):
        """The pupil's marks as they stood at a moment: {(day, session): code}."""
        marks = {
            (date.fromisoformat(row["day"]), half): row[half.lower()] or ""
            for row in self.rows["mark"]
            for half in ("AM", "PM")
        }
        for change in sorted(self.rows["mark_change"], key=lambda row: row["at"], reverse=True):
            if moment(change["at"]) > at:
                marks[date.fromisoformat(change["day"]), change["session"]] = change["was"] or ""
        return marks

    def count(self, first, last, at, calendar, *, born=None):
        """Possible and unauthorised sessions on school days from one day to another, as the register stood then."""
        open_days = set(calendar.school_days)
        born = day_of(born or self.pupil["born"])
        counted = [
            code
            for (day, _), code in self.marks(at).items()
            if first <= day <= last
            and day in open_days
            and code not in NOT_POSSIBLE
            and (born is None or is_of_school_age(born, day))
        ]
        return len(counted), sum(code in UNAUTHORISED for code in counted)

    # R006 to R008

    def check_figures(self):
        """Each snapshot: its window is six school weeks, and its figures and its result follow from the marks."""
        for row in self.rows["snapshot"]:
            where, figures = f"snapshot {row['what']} of {row['as_at']}", row["figures"]
            calendar, as_at = self.calendars[row["calendar_version"]], date.fromisoformat(row["as_at"])
            window = [date.fromisoformat(week) for week in figures["window_weeks"]]
            if not window:
                continue
            weeks = [week for week in calendar.weeks if week <= window[-1]][-self.policy["window_weeks"] :]
            self.same("R007", f"{where}: window", window, weeks)
            if window[-1] > as_at:
                self.say("R007", f"{where}: window", window[-1], f"no later than {as_at}")
            at = moment(row["taken_at"])
            possible, unauthorised = self.count(
                window[0], min(window[-1] + 6 * DAY, as_at), at, calendar, born=figures["born"]
            )
            self.same("R007", f"{where}: possible", figures["possible"], possible)
            self.same("R007", f"{where}: unauthorised", figures["unauthorised"], unauthorised)
            is_share = possible > 0 and unauthorised * 100 >= self.policy["threshold_percent"] * possible
            enough = unauthorised >= self.policy["threshold_sessions"]
            result = "eligible" if is_share and enough else "ask_aeo" if is_share else "not_eligible"
            self.same("R006", f"{where}: result", figures["result"], result)

    # R033 to R043, R059, R060, R070

    def check_notice(self):
        """Each parent was invited to each meeting that was held, by a letter that left long enough before."""
        countries = {row["adult_id"]: row["country"] for row in self.rows["address"]}
        for row in self.rows["invitation"]:
            posted, country = day_of(row["posted_on"]), countries.get(row["adult_id"], "")
            if posted and row["received_on"]:
                received = self.newest.received(posted, row["postage"], country)
                if received and len(self.calendars) == 1:
                    self.same("R033", f"invitation {row['id']}: received", day_of(row["received_on"]), received)
        for kind, meeting in self.held.items():
            rule, on = ("R033", "R070")[kind == "review"], london(meeting["starts_at"])
            letters = [row for row in self.rows["invitation"] if row["meeting_id"] == meeting["id"]]
            there = [row for row in self.rows["attendance_at_meeting"] if row["meeting_id"] == meeting["id"]]
            for adult in self.parents(meeting):
                stands = [row for row in letters if row["adult_id"] == adult and not row["cancelled_at"]]
                posted = max(
                    (row for row in stands if not row["failed_at"]), key=lambda row: row["serving"], default=None
                )
                if posted is None or not posted["posted_on"]:
                    self.say("R030", f"{kind} on {on}: parent {adult}", "held", "not invited by a letter that stands")
                elif self.newest.after(self.policy["notice_days"], self.newest.sent(day_of(posted["posted_on"]))) > on:
                    self.say(rule, f"{kind} on {on}: parent {adult}", posted["posted_on"], "posted too late")
            # The panel's minutes go out with the plan; until then nothing is missing.
            is_over = kind == "review" or any(plan["kind"] == "panel" for plan in self.rows["plan"])
            for row in there if is_over else ():
                letter = {"panel": "L3", "review": "L7"}[kind]
                is_reachable = row["adult_id"] in self.reachable
                if is_reachable and not row["attended"] and letter not in self.letters(row["adult_id"]):
                    self.say("R060", f"{kind} on {on}: absent {row['adult_id']}", "no letter", f"{letter} with minutes")

    def parents(self, meeting):
        """Who was established as a parent when a meeting was arranged, and is written to: somewhere, that is."""
        arranged = moment(meeting["arranged_at"])
        known = [row for row in self.rows["answer"] if row["element"] == "EstablishParents"]
        said = [row for row in known if moment(row["at"]) <= arranged] or known[:1]
        listed = max(said, key=lambda row: row["at"])["answers"]["parents"] if said else []
        written_to = {row["adult_id"] for row in self.rows["parenthood"] if row["basis"] != "none" and not row["until"]}
        written_to &= self.reachable
        return [row["adult"] for row in listed if row["basis"] != "none" and row["adult"] in written_to]

    def letters(self, adult):
        """The codes of the letters that were made for an adult and not called off."""
        return {row["letter"] for row in self.rows["delivery"] if row["recipient"] == adult and not row["cancelled_at"]}

    # R041 to R058

    def check_meetings(self):
        """Minutes hold every section; the review is within six weeks of the panel or says why."""
        wanted = {"working_well": "R063", "issues": "R064", "voice_how": "R053", "voice_on": "R053"}
        wanted |= {"responsibilities_by": "R045", "defences_by": "R046", "consequences_by": "R047"}
        for kind, meeting in self.held.items():
            minutes = meeting["minutes"] or {}
            for section, rule in wanted.items():
                if not minutes.get(section) and not (rule in ("R045", "R046", "R047") and kind == "review"):
                    self.say(rule, f"minutes of the {kind}", "nothing", section)
        undecided = [row for row in self.rows["reply"] if row["reasonable"] is None]
        for row in undecided:
            if any(meeting["id"] == row["meeting_id"] for meeting in self.held.values()):
                self.say("R041", f"reply of {row['received_on']}", "meeting held", "reason not decided")
        if {"panel", "review"} <= self.held.keys():
            panel, review = (london(self.held[kind]["starts_at"]) for kind in ("panel", "review"))
            if review > panel + self.policy["review_weeks"] * 7 * DAY and not self.said(
                "late_reason", "ArrangeMeeting"
            ):
                self.say("R058", "review", review, f"by {panel + self.policy['review_weeks'] * 7 * DAY}, or a reason")

    def said(self, field, *elements):
        """What was answered to a field, latest first; empty when nobody was asked."""
        rows = [row for row in self.rows["answer"] if row["element"] in elements and row["answers"].get(field)]
        return [row["answers"][field] for row in sorted(rows, key=lambda row: row["at"], reverse=True)]

    def check_plan(self):
        """The panel's plan has a measurable target and at least one action of its own (R054 to R056)."""
        for plan in self.rows["plan"]:
            if plan["kind"] == "panel" and (plan["target_sessions"] is None or not plan["period_to"]):
                self.say("R054", "plan", plan["target_sessions"], "a number over a period")
            if not plan["actions"] or any(not (each.get("barrier") and each.get("who")) for each in plan["actions"]):
                self.say("R055", f"{plan['kind']} plan", plan["actions"], "actions with barrier and person")

    # R072 to R088

    def check_outcome(self):
        """One of four; its figures follow from the register; what it rests on is there; each parent was told."""
        review = self.outcomes.get("review")
        if review is None:
            return
        where, on, code = f"outcome {review['code']}", date.fromisoformat(review["decided_on"]), review["code"]
        if code not in OUTCOMES:
            self.say("R072", where, code, f"one of {sorted(OUTCOMES)}")
        figures, then = review["figures"], self.calendar_at(moment(review["recorded_at"]))
        first, last = day_of(figures.get("period_from")), day_of(figures.get("counted_to"))
        if first and last:
            counted = self.count(first, last, moment(review["recorded_at"]), then)
            self.same("R073", f"{where}: figures", (figures["possible"], figures["unauthorised"]), counted)
            self.same("R073", f"{where}: target", figures["target_met"], self.is_met(figures, counted))
        if code == "O1" and not figures["target_met"]:
            self.say("R073", where, "closed", "the target was not achieved")
        if code == "O2" and not review["details"].get("defence"):
            self.say("R074", where, "closed", "no defence is named")
        if (
            code == "O2"
            and self.case["result"]
            and not [plan for plan in self.rows["plan"] if plan["kind"] == "step_down"]
        ):
            self.say("R075", where, "closed", "no step-down plan")
        fixed = day_of(review["internal_review_on"])
        if code == "O4":
            weeks, days = self.policy["internal_review_weeks"], self.policy["internal_review_days"]
            last = then.last_internal_review(on, weeks, days)
            if fixed is None or (last and fixed > last):
                self.say("R078", f"{where}: internal review", fixed, f"by {last}")
        if "review" not in self.held:
            self.say("R072", where, "decided", "no review was held")
        letter = {"O1": "L8a", "O2": "L8b", "O3": "L8c", "O4": "L8d"}.get(code, "")
        told = {letter} | {
            {"closed": "L9a", "refer": "L9b"}.get(self.outcomes.get("internal_review", {}).get("code"), letter)
        }
        if self.case["closed_at"] and self.case["result"] not in ("withdrawn", "pupil_left", "cancelled"):
            for adult in self.parents(self.held.get("review") or self.rows["meeting"][-1]):
                for missing in sorted(told - self.letters(adult)):
                    self.say("R086", f"{where}: parent {adult}", "no letter", missing)

    def is_met(self, figures, counted):
        """No more sessions than agreed; without a session nothing is shown."""
        wanted = figures.get("target_sessions")
        return wanted is not None and counted[0] > 0 and counted[1] <= wanted

    def check_application(self):
        """Within twenty working days of the referral, or with a reason; signed before it is sent (R089 to R091)."""
        referred, late = self.referred(), self.said("late_reason", "SubmitToAuthority")
        for row in self.rows["application"]:
            where, on = f"application {row['submission']}", day_of(row["submitted_on"])
            if referred is None:
                self.say("R077", where, "there is one", "nothing was referred")
            elif on and on > (due := self.newest.after(self.policy["application_days"], referred)) and not late:
                self.say("R089", where, on, f"by {due}, or a reason")
            for element in (
                ("CompleteCaseForm", "CompleteApplication", "CollectEvidence", "HeadTeacherSigns") if on else ()
            ):
                if not [each for each in self.rows["answer"] if each["element"] == element]:
                    self.say("R091", where, "submitted", f"{element} was not done")

    def decided(self, until, *codes):
        """The last decision with one of these codes until a moment: a later one does not change what rested on it."""
        rows = [row for row in self.rows["outcome"] if row["code"] in codes and moment(row["recorded_at"]) <= until]
        return max(rows, key=lambda row: moment(row["recorded_at"]), default=None)

    def referred(self, until=EVER):
        """The day of the decision to refer, at the review or by the internal review (A6)."""
        row = self.decided(until, "O3", "refer")
        return date.fromisoformat(row["decided_on"]) if row else None

    # clocks

    def check_timers(self):
        """The day of each timer, by the calendar on which it rests. One set by a person is that person's."""
        for row in self.rows["timer"]:
            if not row["set_by"]:
                calendar = self.calendars.get(int(row["calendar_version"] or 0), self.newest)
                worked_out = self.due(row, calendar)
                if worked_out:
                    self.same("R089", f"timer {row['path']} {row['visit']}", london(row["due_at"]), worked_out)

    def due(self, timer, calendar):
        """The day of one timer; None for one that this reading does not know."""
        opened, panel = london(self.case["opened_at"]), self.held.get("panel")
        made, number = moment(timer["created_at"]), self.policy
        review, referred = self.decided(made, *OUTCOMES), self.referred(made)
        match timer["element"]:
            case "TwelveWeeks":
                return opened + number["whole_weeks"] * 7 * DAY
            case "SixWeeks" if panel:
                return london(panel["starts_at"]) + number["review_weeks"] * 7 * DAY
            case "SixSchoolWeeks" if review and review["code"] == "O4":
                on = date.fromisoformat(review["decided_on"])
                return calendar.last_internal_review(
                    on, number["internal_review_weeks"], number["internal_review_days"]
                )
            case "InternalReviewDay" if review:
                return day_of(review["internal_review_on"])
            case "TenDays" if referred:
                return calendar.after(number["reminder_first_days"], referred)
            case "FifteenDays" if referred:
                return calendar.after(number["reminder_second_days"], referred)
            case "TwentyDays" if referred:
                return calendar.after(number["application_days"], referred)
        return None

    # letters and documents

    def check_letters(self):
        """Each letter's document is in the archive; none bears another adult's postcode; none follows the end."""
        postcodes = {row["postcode"]: set() for row in self.rows["address"] if row["postcode"]}
        for row in self.rows["address"]:
            postcodes.get(row["postcode"], set()).add(row["adult_id"])
        hashes = Counter(row["sha256"] for row in self.rows["document"])
        for sha256 in sorted(hashes.keys() - self.documents if self.documents is not None else ()):
            self.say("R030", f"document {sha256}", "listed", "not in the archive")
        for row in self.rows["delivery"]:
            written = json.dumps(row["fields"])
            for postcode, adults in postcodes.items():
                if row["recipient"] not in adults and postcode in written:
                    self.say(
                        "R030", f"letter {row['letter']} to {row['recipient']}", "bears", "another adult's postcode"
                    )
            if self.case["closed_at"] and moment(row["created_at"]) > moment(self.case["closed_at"]):
                self.say("R086", f"letter {row['letter']}", row["created_at"], "after the case was closed")

    def read(self):
        """Everything; the disagreements in the order of the procedure."""
        for check in (
            self.check_figures,
            self.check_notice,
            self.check_meetings,
            self.check_plan,
            self.check_outcome,
            self.check_application,
            self.check_timers,
            self.check_letters,
        ):
            check()
        return self.found


def is_of_school_age(born, day):
    """Education Act 1996 section 8: from the prescribed day on or after five, to the last Friday of June at sixteen."""
    fifth = date(born.year + 5, born.month, min(born.day, monthrange(born.year + 5, born.month)[1]))
    ends = [date(fifth.year, 3, 31), date(fifth.year, 8, 31), date(fifth.year, 12, 31)]
    begins = min(end for end in ends if end >= fifth)
    june = date(born.year + 16 + ((born.month, born.day) > (8, 31)), 6, 30)
    return begins < day <= june - (june.weekday() - 4) % 7 * DAY


def second_reading(path):
    """What does not agree in one file. Raises OSError, KeyError, ValueError or BadZipFile for what is no case file."""
    path = Path(path)
    if path.suffix == ".json":
        files = {"case.json": path.read_bytes()}
    else:
        with zipfile.ZipFile(path) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    exported = json.loads(files["case.json"])
    if exported["format"] != "fasttrack-case/1":
        raise ValueError(f"this reading does not know the format {exported['format']}")
    numbers = json.loads(files.get("process/policy.json", b"null")) or exported["policy"]
    documents = {name[10:-4] for name in files if name.startswith("documents/")} if len(files) > 1 else None
    policy = {name: each["value"] for name, each in numbers.items()}
    return Reading(exported["rows"], policy, documents).read()


def main(arguments):
    """The command."""
    names = [argument for argument in arguments if argument != "--json"]
    if not names:
        print(__doc__)
        return 2
    found, unreadable = {}, {}
    for name in names:
        try:
            found[name] = second_reading(name)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            unreadable[name] = f"{type(error).__name__}: {error}"
    if "--json" in arguments:
        print(json.dumps({"disagreements": found, "unreadable": unreadable}, indent=1))
    else:
        for name, each in found.items():
            print(f"{name}: {len(each)} disagreements")
            for one in each:
                print(f"  {one['rule']}  {one['where']}: file {one['file']}, this reading {one['second_reading']}")
        for name, problem in unreadable.items():
            print(f"{name}: no case file ({problem})", file=sys.stderr)
    return 2 if unreadable else int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

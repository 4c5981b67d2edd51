"""Scenarios as a bundle holds them: a school's facts, what happens on which day, and what is expected then.

Days are written as a person checks them with a calendar in hand: `Wed 2 Dec 2026`, a moment `Wed 2 Dec 2026 09:30`.
"""

import json
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from attendance.calendar_file import calendar_of, school_of
from attendance.errors import Unreadable
from engine.bundles import Bundle
from engine.errors import BundleRefused

FOLDER = "scenarios/"
FACTS = "facts/"
WORDS = "%a %d %b %Y"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def day_of(text: object) -> date:
    """The day in words such as `Wed 2 Dec 2026`. Raises ValueError, also where it is another weekday."""
    if not isinstance(text, str):
        raise ValueError("a day is a text such as “Wed 2 Dec 2026”")
    found = datetime.strptime(text, WORDS).date()  # noqa: DTZ007 - a day has no offset
    if f"{found:%a}" != text.split()[0]:
        raise ValueError(f"{text} is a {found:%A}")
    return found


def _session(text: str) -> str:
    day, _, half = text.rpartition(" ")
    day_of(day)
    if half not in ("AM", "PM"):
        raise ValueError("a session is a text such as “Wed 2 Dec 2026 AM”")
    return text


Day = Annotated[date, BeforeValidator(day_of)]
Session = Annotated[str, AfterValidator(_session)]
Codes = Annotated[str, Field(pattern=r"^..$", description="The marks of the morning and the afternoon.")]


class Model(BaseModel):
    """What a scenario does not know is a slip of the pen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Pupil(Model):
    """Whom the case is about."""

    upn: str
    forename: str
    surname: str
    born: Day
    year: str = "10"
    group: str = "10A"


class Adult(Model):
    """An adult around the pupil, as the school's export has them."""

    title: str = ""
    forename: str
    surname: str
    relationship: str
    basis: str = "biological"
    lives_with: str = "full"
    lines: list[str] = Field(min_length=1, max_length=2)
    town: str
    postcode: str
    confidential: bool = False
    email: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        """As expectations name them."""
        return f"{self.forename} {self.surname}"


class Facts(Model):
    """A school, a pupil and the adults around; the days on which the pupil was not there all day."""

    calendar: dict[str, Any]
    pupil: Pupil
    adults: list[Adult]
    absent: dict[Day, Codes] = {}

    @model_validator(mode="after")
    def _is_readable(self) -> "Facts":
        try:
            calendar_of(self.calendar)
            school_of(self.calendar)
        except Unreadable as error:
            raise ValueError(str(error)) from error
        return self


class Then(Model):
    """What is expected; what is left out is not looked at. Letters, timers and history count from the one before."""

    tasks: list[str] | None = None
    letters: list[str] | None = None
    called_off: list[str] | None = None
    due: dict[str, str] = {}
    fired: list[str] | None = None
    noted: list[str] = []
    result: str | None = None


class Step(Model):
    """The clock goes on to a day, something is done, something is expected. Each may be left out."""

    on: Day | None = None
    at: Annotated[str, Field(pattern=CLOCK)] = "09:00"
    open: Literal[True] | None = None
    do: str = ""
    report: str = ""
    correct: dict[Session, Annotated[str, Field(max_length=2)]] = {}
    like: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    refused: str = ""
    then: Then = Then()

    @model_validator(mode="after")
    def _is_one_thing(self) -> "Step":
        acts = [self.open, self.do, self.report, self.correct]
        if sum(bool(act) for act in acts) > 1:
            raise ValueError("a step does one thing: open, do, report or correct")
        if (self.like or self.answers) and not (self.do or self.report):
            raise ValueError("only a task or a report is answered")
        return self

    @property
    def clock(self) -> time:
        """The time of the day."""
        return time.fromisoformat(self.at)

    @property
    def title(self) -> str:
        """What it does, in a few words."""
        acts = [f"do {self.do}" if self.do else "", f"report {self.report}" if self.report else ""]
        acts += ["open the case" if self.open else "", "correct the register" if self.correct else ""]
        return next((act for act in acts if act), "time passes")


class Scenario(Model):
    """A story that must come out as told. `absent` adds to the facts' days, `adults` stands in their place."""

    title: str
    rules: list[str] = []
    facts: str
    begins: Day
    absent: dict[Day, Codes] = {}
    adults: list[Adult] | None = None
    steps: list[Step] = Field(min_length=1)


Kind = TypeVar("Kind", bound=Model)


def read_scenarios(bundle: Bundle) -> dict[str, tuple[Scenario, Facts]]:
    """A bundle's scenarios by name, each with its facts. Raises BundleRefused naming file and place."""
    files = bundle.under(FOLDER, ".json")
    facts = {name.removeprefix(FACTS): _read(name, Facts, c) for name, c in files.items() if name.startswith(FACTS)}
    found: dict[str, tuple[Scenario, Facts]] = {}
    for name, content in sorted(files.items()):
        if "/" in name:
            continue
        scenario = _read(name, Scenario, content)
        if scenario.facts not in facts:
            raise BundleRefused(f"{FOLDER}{name}.json: there are no facts called {scenario.facts}.")
        found[name] = (scenario, facts[scenario.facts])
    return found


def _read(name: str, kind: type[Kind], content: bytes) -> Kind:
    try:
        return kind.model_validate(json.loads(content))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BundleRefused(f"{FOLDER}{name}.json: {place}: {first['msg']}.") from None
    except (ValueError, RecursionError) as error:
        raise BundleRefused(f"{FOLDER}{name}.json is not readable as JSON: {error}.") from None

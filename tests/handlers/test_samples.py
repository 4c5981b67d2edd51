"""A case that never was, on which expressions are tried."""

import inspect
from datetime import date, datetime

import pytest

from handlers import REGISTRY
from handlers.samples import SampleCase, TooFar

TUESDAY = date(2026, 11, 24)
DAYS = {"number": 1, "weeks": 6, "days": 30, "day": TUESDAY, "review": TUESDAY}


def test_every_fact_has_a_sample() -> None:
    assert set(SampleCase(TUESDAY).facts()) == set(REGISTRY.facts)


@pytest.mark.parametrize("name", REGISTRY.facts)
def test_a_sample_is_of_the_kind_that_the_fact_gives(name: str) -> None:
    fact = REGISTRY.facts[name]
    asked = list(inspect.signature(fact).parameters)[1:]

    value = SampleCase(TUESDAY).facts()[name](*(DAYS.get(each, "some") for each in asked))

    given = inspect.signature(fact).return_annotation
    assert type(value) is given
    if given is str:
        assert datetime.fromisoformat(str(value)).utcoffset() is not None


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 8, 15), date(2026, 9, 1), date(2027, 12, 31)])
def test_days_are_counted_on_for_more_than_a_year_from_any_day(today: date) -> None:
    facts = SampleCase(today).facts()

    assert facts["school_weeks_after"](45, today) > today  # type: ignore[operator]
    assert facts["working_days_after"](250, today) > today  # type: ignore[operator]


def test_nobody_makes_it_count_for_ever() -> None:
    with pytest.raises(TooFar):
        SampleCase(TUESDAY).facts()["working_days_after"](10**18, TUESDAY)

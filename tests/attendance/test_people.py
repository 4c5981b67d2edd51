"""Adults in the records: R022 to R030, domain.md 5.4 and section 7."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from attendance import tables
from attendance.errors import Unreadable
from attendance.parents import parents_of
from attendance.people import AdultsImported, import_adults
from engine.ids import new_id
from tests.attendance.registers import AVA, NOAH
from tests.attendance.test_adults import HEADER, MOTHER
from tests.builders import make_pupil, make_school

SECRET = MOTHER.replace(",no,", ",yes,", 1)
NOWHERE = SECRET.replace("88 Mill Road", "").replace("Norwich", "").replace("nr6 2ab", "")
FRIDAY = datetime(2026, 11, 20, 16, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 16, tzinfo=UTC)


@pytest.fixture
def school(db: Connection) -> UUID:
    """A school with one pupil."""
    found = make_school(db)
    make_pupil(db, found, upn=NOAH)
    return found


def take(db: Connection, school: UUID, *lines: str, now: datetime = FRIDAY) -> AdultsImported:
    content = "\n".join([HEADER, *lines, ""]).encode()
    return import_adults(db, school_id=school, content=content, now=now, new_id=new_id)


def addresses(db: Connection) -> list[Any]:
    return list(db.execute(select(tables.address).order_by(tables.address.c.valid_from)))


@pytest.mark.rule("R023")
def test_an_adult_is_kept_with_address_and_link(db: Connection, school: UUID) -> None:
    found = take(db, school, MOTHER)

    assert (found.adults_new, found.parenthoods_new, found.quarantined, found.conflicts) == (1, 1, (), ())
    pupil = db.execute(select(tables.pupil.c.id)).scalar_one()
    [parent] = parents_of(db, pupil, on=date(2026, 11, 20))
    assert (parent.name, parent.basis, parent.lives_with) == ("Ms Ada Larwood", "biological", "full")
    assert parent.address is not None
    assert list(parent.address.as_letter) == ["88 Mill Road", "Norwich", "NR6 2AB"]
    assert parent.address.verified_on is None


def test_the_same_file_again_changes_nothing(db: Connection, school: UUID) -> None:
    take(db, school, MOTHER)

    again = take(db, school, MOTHER, now=MONDAY)

    assert (again.adults_new, again.adults_changed, again.parenthoods_new, again.parenthoods_changed) == (0, 0, 0, 0)
    assert len(addresses(db)) == 1


def test_a_pupil_whom_no_register_has_named_is_set_aside_with_the_adult(db: Connection, school: UUID) -> None:
    found = take(db, school, MOTHER.replace(NOAH, AVA), MOTHER.replace("A1", "A2"))

    assert [(row.row, row.reason) for row in found.quarantined] == [
        (1, "No register of this school has named a pupil with this UPN.")
    ]
    assert [row.school_ref for row in db.execute(select(tables.adult))] == ["A2"]


@pytest.mark.rule("R028", "R029")
def test_a_new_address_is_dated_today_not_verified_and_the_former_one_is_kept(db: Connection, school: UUID) -> None:
    take(db, school, MOTHER)
    db.execute(tables.address.update().values(verified_on=date(2026, 11, 20), verified_by="ada"))

    found = take(db, school, MOTHER.replace("88 Mill Road", "1 Quay Street"), now=MONDAY)

    old, new = addresses(db)
    assert (old.lines[0], old.valid_from, old.verified_by) == ("88 Mill Road", date(2026, 11, 20), "ada")
    assert (new.lines[0], new.valid_from, new.verified_on) == ("1 Quay Street", date(2026, 11, 23), None)
    assert found.adults_changed == 1


def test_two_addresses_on_one_day_are_the_later_one(db: Connection, school: UUID) -> None:
    take(db, school, MOTHER)
    take(db, school, MOTHER.replace("88 Mill Road", "1 Quay Street"))

    assert [row.lines[0] for row in addresses(db)] == ["1 Quay Street"]


@pytest.mark.parametrize("line", [MOTHER, MOTHER.replace("88 Mill Road", "1 Quay Street")])
def test_no_file_lifts_what_is_confidential(db: Connection, school: UUID, line: str) -> None:
    take(db, school, MOTHER.replace(",no,", ",yes,", 1))

    found = take(db, school, line, now=MONDAY)

    assert all(row.confidential for row in addresses(db))
    assert [conflict.row for conflict in found.conflicts] == [1]


def test_a_file_makes_an_address_confidential(db: Connection, school: UUID) -> None:
    take(db, school, MOTHER)
    take(db, school, MOTHER.replace(",no,", ",yes,", 1), now=MONDAY)

    assert addresses(db)[-1].confidential


@pytest.mark.rule("R028")
def test_an_address_that_becomes_confidential_is_still_the_one_that_was_checked(db: Connection, school: UUID) -> None:
    take(db, school, MOTHER)
    db.execute(tables.address.update().values(verified_on=date(2026, 11, 20), verified_by="ada"))

    found = take(db, school, SECRET, now=MONDAY)

    [row] = addresses(db)
    assert (row.confidential, row.verified_on) == (True, date(2026, 11, 20))
    assert found.adults_changed == 1


@pytest.mark.rule("R028")
@pytest.mark.parametrize("before", [[MOTHER], []])
def test_confidential_counts_without_an_address_too(db: Connection, school: UUID, before: list[str]) -> None:
    take(db, school, *before)

    take(db, school, NOWHERE, now=MONDAY)

    [parent] = parents_of(db, db.execute(select(tables.pupil.c.id)).scalar_one(), on=date(2026, 11, 23))
    assert (parent.is_confidential, parent.as_attendee) == (True, "Mother")
    assert [row.confidential for row in addresses(db)] == [True] * len(before)


def test_what_is_confidential_before_an_address_is_known_stays_so_when_it_comes(db: Connection, school: UUID) -> None:
    take(db, school, NOWHERE)

    found = take(db, school, MOTHER, now=MONDAY)

    assert [row.confidential for row in addresses(db)] == [True]
    assert [conflict.row for conflict in found.conflicts] == [1]


def test_a_row_without_an_address_loses_none(db: Connection, school: UUID) -> None:
    take(db, school, MOTHER)
    take(db, school, MOTHER.replace("88 Mill Road", "").replace("Norwich", "").replace("nr6 2ab", ""), now=MONDAY)

    assert [row.lines[0] for row in addresses(db)] == ["88 Mill Road"]


def test_what_an_adult_is_to_a_pupil_may_change_but_not_when_it_ended(db: Connection, school: UUID) -> None:
    take(db, school, MOTHER.replace("biological", "care"))
    db.execute(tables.parenthood.update().values(until=date(2026, 11, 1)))

    found = take(db, school, MOTHER, MOTHER.replace("Mother,", "Mum,"))

    row = db.execute(select(tables.parenthood)).one()
    assert (row.basis, row.relationship, row.until) == ("biological", "Mum", date(2026, 11, 1))
    assert (found.parenthoods_new, found.parenthoods_changed) == (0, 1)


def test_one_adult_of_two_pupils_is_one_adult_with_two_links(db: Connection, school: UUID) -> None:
    make_pupil(db, school, upn=AVA)

    found = take(db, school, MOTHER, MOTHER.replace(NOAH, AVA).replace("biological", "none"))

    assert (found.adults_new, found.parenthoods_new) == (1, 2)


def test_a_name_that_changes_is_kept(db: Connection, school: UUID) -> None:
    take(db, school, MOTHER)

    found = take(db, school, MOTHER.replace("Larwood", "Hall"))

    assert found.adults_changed == 1
    assert db.execute(select(tables.adult.c.surname)).scalar_one() == "Hall"


def test_a_file_of_another_kind_keeps_nothing(db: Connection, school: UUID) -> None:
    with pytest.raises(Unreadable):
        import_adults(db, school_id=school, content=b"UPN,Date\n", now=FRIDAY, new_id=new_id)

"""What is kept of an error never holds what stood in the database."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from engine.telling import in_full, in_short

SECRET = "Marnie Tollgate"


def failed(engine: Engine, statement: str) -> SQLAlchemyError:
    with engine.begin() as db:
        db.execute(text("CREATE TEMP TABLE guest (name text CONSTRAINT one_of_each UNIQUE, age int NOT NULL)"))
        db.execute(text("INSERT INTO guest VALUES (:name, 1)"), {"name": SECRET})
        with pytest.raises(SQLAlchemyError) as caught:
            db.execute(text(statement), {"name": SECRET})
        db.rollback()
    return caught.value


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("INSERT INTO guest VALUES (:name, 2)", "23505"),  # DETAIL: Key (name)=(…) already exists
        ("INSERT INTO guest VALUES (:name || '!', NULL)", "23502"),  # DETAIL: Failing row contains (…)
        ("SELECT CAST(:name AS integer)", "22P02"),  # invalid input syntax for type integer: "…"
        ("SELECT CAST(:name AS date)", "22007"),
    ],
)
def test_rows_and_values_are_left_out_and_the_kind_of_error_is_told(engine: Engine, statement: str, told: str) -> None:
    error = failed(engine, statement)
    assert SECRET in str(error)

    for kept in (in_short(error), in_full(error)):
        assert SECRET not in kept
        assert told in kept
        assert type(error).__name__ in kept


def test_a_constraint_is_named(engine: Engine) -> None:
    assert "one_of_each" in in_short(failed(engine, "INSERT INTO guest VALUES (:name, 2)"))


def test_causes_and_notes_are_told_in_order() -> None:
    try:
        try:
            raise KeyError("first")
        except KeyError as cause:
            cause.add_note("in the expression one()")
            raise ValueError("second") from cause
    except ValueError as error:
        lines = in_full(error).splitlines()

    assert lines.index("KeyError: 'first'") < lines.index("in the expression one()") < lines.index("ValueError: second")
    assert any("test_telling.py" in line for line in lines)


def test_errors_that_are_each_others_cause_are_told_once() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one

    assert in_full(one).count("ValueError: one") == 1

"""The fields of a form, as a bundle defines them."""

from collections.abc import Mapping
from dataclasses import dataclass

TYPES = ("text", "long_text", "integer", "date", "time", "yes_no", "choice", "choices", "id", "rows")
LENGTHS: Mapping[str, int] = {"text": 200, "long_text": 10_000, "id": 200}  # characters, unless the field says less
INTEGERS = 10**9  # a whole number stays between minus and plus this, unless the field says less
DAYS = ("1900-01-01", "2199-12-31")  # a day outside was mistyped
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
MOST_ROWS = 100
MOST_CHOICES = 100


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen."""

    value: str
    label: str


@dataclass(frozen=True)
class Condition:
    """`required_when`: the field beside this one, and the answers at which this one is needed."""

    field: str
    values: tuple[str | int | bool, ...]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether one of the answers was given."""
        given = answers.get(self.field)
        every = given if isinstance(given, list) else [given]
        return any(type(value) is type(one) and value == one for value in self.values for one in every)


@dataclass(frozen=True)
class Field:
    """One question. `of` are the questions of each row, `key` the one that identifies a row.

    `offers`: the options come from what `prepare` offers. `seeded`: exactly the rows that `prepare` gave.
    `confidential`: the answer is shown to those alone who may read confidential addresses.
    """

    name: str
    type: str
    label: str
    hint: str = ""
    required: bool = True
    required_when: Condition | None = None
    rules: tuple[str, ...] = ()
    min: int | str | None = None
    max: int | str | None = None
    max_length: int = 0
    options: tuple[Option, ...] = ()
    offers: bool = False
    of: tuple["Field", ...] = ()
    key: str = ""
    seeded: bool = False
    min_rows: int = 0
    confidential: bool = False

    def is_needed(self, answers: Mapping[str, object]) -> bool:
        """Whether it must be answered, given the answers beside it."""
        if self.required_when is not None:
            return self.required_when.holds(answers)
        return self.required

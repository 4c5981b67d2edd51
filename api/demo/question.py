"""A form as it is put to the caseworker of the demo."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Answers = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A form put to the caseworker: what is filled in already, what is shown, what can be chosen, and today's date."""

    prepared: Mapping[str, Any]
    today: date

    @property
    def filled(self) -> Answers:
        """What the form has filled in already."""
        return dict(self.prepared.get("answers", {}))

    @property
    def shown(self) -> Mapping[str, Any]:
        """What the form shows beside the fields."""
        shown: Mapping[str, Any] = self.prepared.get("shown", {})
        return shown

    def offered(self, field: str) -> list[str]:
        """The values that can be chosen in a field."""
        return [option["value"] for option in self.prepared.get("offers", {}).get(field, [])]

    def rows(self, field: str) -> list[Answers]:
        """The rows that the form has laid out."""
        return [dict(row) for row in self.filled.get(field, [])]

    def checked(self) -> Answers:
        """Every address that the form asks about is the right one."""
        rows = self.rows("addresses")
        return {"addresses": [{**row, "found": "current"} for row in rows]} if rows else {}

    def day(self, ahead: int = 0) -> str:
        """Today, or so many days on."""
        return (self.today + timedelta(days=ahead)).isoformat()

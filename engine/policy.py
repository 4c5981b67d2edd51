"""The numbers a council may change, from the bundle's policy.json."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.errors import BundleRefused


@dataclass(frozen=True)
class PolicyValue:
    """One number: what it is called, counted in what, which rule it serves, and how low it may go."""

    value: int
    unit: str
    label: str
    rule: str
    lowest: int


class Policy:
    """Reads like an object: `policy.notice_days` is 5. Raises AttributeError for what the bundle does not name."""

    def __init__(self, values: Mapping[str, PolicyValue]) -> None:
        self._values = dict(values)

    @classmethod
    def read(cls, content: bytes) -> "Policy":
        """Raises BundleRefused when a value is missing, no whole number, or below its lowest."""
        try:
            raw = json.loads(content)
            values = {name: PolicyValue(**entry) for name, entry in raw.items()}
        except (ValueError, TypeError, AttributeError) as error:
            raise BundleRefused(
                f"policy.json: each entry needs value, unit, label, rule and lowest, and nothing else ({error})."
            ) from error
        for name, entry in values.items():
            if not name.isidentifier() or name.startswith("_"):
                raise BundleRefused(f"policy.json: {name!r} cannot be used as a name.")
            if type(entry.value) is not int or type(entry.lowest) is not int:
                raise BundleRefused(f"policy.json: {name} must be a whole number.")
            if entry.value < entry.lowest:
                raise BundleRefused(
                    f"policy.json: {name} is {entry.value}, but {entry.rule} allows no less than {entry.lowest}."
                )
        return cls(values)

    def __getattr__(self, name: str) -> int:
        try:
            return self.__dict__["_values"][name].value  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(f"policy.json names no {name}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def at_lowest(self) -> "Policy":
        """The same with each number at the lowest that its rule allows."""
        return Policy({name: replace(entry, value=entry.lowest) for name, entry in self._values.items()})

    def items(self) -> list[tuple[str, PolicyValue]]:
        """Every name with its value, unit, label and rule."""
        return list(self._values.items())

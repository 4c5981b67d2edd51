"""Requests that come a second time after a lost connection."""

from typing import Any


def are_the_same(kept: dict[str, Any], sent: dict[str, Any]) -> bool:
    """Whether the answers that are kept are those that were sent, as the form compares them."""
    return bool(_bare(kept) == _bare(sent))


def _bare(value: Any) -> Any:
    """Answers as the form compares them: texts trimmed, what was not answered left out."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if isinstance(value, dict):
        return {name: _bare(part) for name, part in value.items() if part not in (None, "", [])}
    return value

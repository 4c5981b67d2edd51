"""Requests that come a second time after a lost connection."""

import unicodedata
from typing import Any

from engine.forms import Form


def are_the_same(form: Form | None, kept: dict[str, Any], sent: dict[str, Any]) -> bool:
    """Whether the answers that are kept are those that were sent, as the form reads them."""
    if form is None:
        return kept == sent
    return bool(bare(form.tidied(kept)) == bare(form.tidied(sent)))


def bare(value: Any) -> Any:
    """Answers without what does not count: blanks around texts, other line ends, and what was not answered."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if isinstance(value, list):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        found = {name: bare(part) for name, part in value.items()}
        return {name: part for name, part in found.items() if part not in (None, "", [])}
    return value

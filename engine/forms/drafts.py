"""Keeping half-finished answers: whatever is known and not too large, judged no further."""

import json
import math
from collections.abc import Iterable, Mapping

from engine.errors import FormRefused
from engine.expressions import JSON
from engine.expressions.values import is_storable
from engine.forms.fields import MOST_CHOICES, MOST_ROWS, Field

LONGEST = 20_000  # characters of one answer
LARGEST = 1_000_000  # characters of all of them


def drafted(answers: Mapping[str, object], fields: Iterable[Field], *, refuses: bool = True) -> dict[str, JSON]:
    """The answers to known fields. Raises FormRefused for what is too large to keep: nothing is cut off silently."""
    problems: dict[str, str] = {}
    kept = _known(answers, fields, "", problems)
    if refuses and not problems and len(json.dumps(kept)) > LARGEST:
        problems[""] = f"These answers are too long to keep: {LARGEST:,} characters at most"
    if refuses and problems:
        raise FormRefused(problems)
    return kept


def _known(
    answers: Mapping[str, object], fields: Iterable[Field], path: str, problems: dict[str, str]
) -> dict[str, JSON]:
    return {
        one.name: _kept(answers[one.name], one, f"{path}{one.name}", problems) for one in fields if one.name in answers
    }


def _kept(given: object, asked: Field, where: str, problems: dict[str, str]) -> JSON:
    if isinstance(given, str):
        if len(given) > LONGEST:
            problems[where] = f"This is too long to keep: {LONGEST:,} characters at most"
        return given if is_storable(given) else _storable(given)
    if isinstance(given, bool) or (isinstance(given, int) and abs(given) < 2**53):
        return given
    if isinstance(given, float):
        return given if math.isfinite(given) else None
    if isinstance(given, list):
        most = MOST_ROWS if asked.type == "rows" else MOST_CHOICES
        if len(given) > most:
            problems[where] = f"There is too much here to keep: {most} at most"
        return [_item(item, asked, f"{where}.{number}", problems) for number, item in enumerate(given[:most])]
    return None


def _item(item: object, asked: Field, where: str, problems: dict[str, str]) -> JSON:
    if isinstance(item, dict):
        return _known(item, asked.of, f"{where}.", problems)
    return None if isinstance(item, list) else _kept(item, asked, where, problems)


def _storable(text: str) -> str:
    """Without what no database stores: NUL, and halves of characters."""
    return text.replace("\0", "").encode(errors="ignore").decode()

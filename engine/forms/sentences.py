"""What a caseworker reads when an answer is missing or wrong."""

import re
from collections.abc import Callable, Mapping

from engine.forms.fields import Field

UNKNOWN = "This form has no such field"

# A label that begins or ends like this is no noun: it is quoted instead of being made part of the sentence.
NO_NOUN = frozenset(
    {
        "who", "what", "when", "why", "how", "which", "where", "whose", "if", "their", "your", "its", "his", "her",
        "this", "that", "these", "nobody", "no", "not", "is", "are", "was", "were", "do", "does", "did", "has",
        "have", "had", "can", "could", "should", "will", "would", "to", "in", "by", "at", "on", "i", "we", "attends",
        "lives", "confirm", "describe", "explain", "say",
    }
)  # fmt: skip
ARTICLES = ("the", "a", "an")
DANGLING = ("on", "by", "to", "at", "from", "for", "as", "because", "with", "of")


def missing(field: Field) -> str:
    """The sentence for a question that must be answered and was not."""
    label = _quoted(field.label)
    if field.type == "yes_no":
        return f"Choose yes or no: {_plain(field.label)}"
    if field.type == "choices":
        return f"Choose at least one for {label}"
    if field.type == "rows":
        return few_rows(field, max(field.min_rows, 1))
    if field.type == "id":
        return "It is not said which row this is. Open the form again"
    if field.type == "choice":
        return f"Answer {label}" if _is_question(field.label) else f"Choose one for {label}"
    if _is_noun(field.label):
        return f"Enter {_with_article(field.label)}"
    if _is_question(field.label) or field.type in ("text", "long_text"):
        return f"Answer {label}"
    return f"Enter a {_kind(field)} for {label}"


def wrong(field: Field, error: str, limits: Mapping[str, object]) -> str:
    """The sentence for an answer of the wrong kind; `error` and `limits` are what the model's validation found."""
    say = SENTENCES.get(error)
    return f"{_subject(field)} {say(limits)}" if say else _wrong_kind(field)


def few_rows(field: Field, count: int) -> str:
    """The sentence for too few rows."""
    return f"Add at least {count} {'row' if count == 1 else 'rows'} to {_quoted(field.label)}"


def not_offered(field: Field) -> str:
    """The sentence for a choice that is not on the list."""
    return f"Choose one of the answers on offer for {_quoted(field.label)}"


def not_seeded() -> str:
    """The sentence for a row that `prepare` did not give."""
    return "This row is not on the list any more. Open the form again"


def nothing_seeded(field: Field) -> str:
    """The sentence for rows that must be answered when `prepare` gave none."""
    return f"There is nothing to answer under {_quoted(field.label)}. Open the form again"


def rows_left_out(field: Field, count: int) -> str:
    """The sentence for rows that `prepare` gave and the answers leave out."""
    return f"Answer every row of {_quoted(field.label)}: {count} {'is' if count == 1 else 'are'} missing"


def twice() -> str:
    """The sentence for a row that stands twice."""
    return "This row stands twice. Answer it once"


def unkeepable(field: Field) -> str:
    """The sentence for control characters and the like."""
    return f"{_subject(field)} holds a character that cannot be kept. Type it again"


def one_line(field: Field) -> str:
    """The sentence for line breaks in a short text."""
    return f"{_subject(field)} must be one line"


SENTENCES: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "string_too_long": lambda limits: f"must be {limits['max_length']:,} characters or fewer",
    "too_long": lambda limits: f"must have {limits['max_length']} entries or fewer",
    "greater_than_equal": lambda limits: f"must be {limits['ge']} or {_later(limits['ge'], 'more')}",
    "less_than_equal": lambda limits: f"must be {limits['le']} or {_later(limits['le'], 'less')}",
}


def _later(limit: object, word: str) -> str:
    if type(limit) is int:
        return word
    return "later" if word == "more" else "earlier"


def _wrong_kind(field: Field) -> str:
    subject = _subject(field)
    if field.type == "yes_no":
        return f"Choose yes or no: {_plain(field.label)}"
    if field.type == "choice":
        return not_offered(field)
    return {
        "date": f"{subject} must be a real date, for example 2026-12-02",
        "time": f"{subject} must be a time, for example 09:30",
        "integer": f"{subject} must be a whole number",
        "choices": f"{subject} must be a list of answers",
        "rows": f"{subject} must be a list of rows",
    }.get(field.type, f"{subject} must be text")


def _kind(field: Field) -> str:
    return {"integer": "number"}.get(field.type, field.type)


def _subject(field: Field) -> str:
    label = _plain(field.label)
    return label[0].upper() + label[1:] if _is_noun(field.label) else _quoted(field.label)


def _plain(label: str) -> str:
    """The label without a remark in brackets at its end."""
    return re.sub(r"\s*\([^()]*\)$", "", label) or label


def _quoted(label: str) -> str:
    return f"“{_plain(label)}”"


def _is_question(label: str) -> bool:
    return _plain(label).endswith("?")


def _is_noun(label: str) -> bool:
    words = re.findall(r"[\w'-]+", _plain(label).lower())
    return bool(words) and not _is_question(label) and words[0] not in NO_NOUN and words[-1] not in DANGLING


def _with_article(label: str) -> str:
    plain = _plain(label)
    first, *_ = plain.split()
    lowered = plain if first.isupper() or any(c.isupper() for c in first[1:]) else plain[0].lower() + plain[1:]
    return lowered if first.lower() in ARTICLES else f"the {lowered}"

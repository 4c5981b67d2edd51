"""Markdown with fields: `((name))`, `((name?))` and `((name??text))` are understood while the text is parsed."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from api.documents.errors import TemplateRefused

_OPENING = re.compile(r"\(\(([a-z][a-z0-9_]*)(\)\)|\?\)\)|\?\?)")
_MISSPELT = "a field is written ((name)), ((name?)) or ((name??text)), the name in small letters, digits and _"


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text. Raises ValueError when a field is misspelt or a condition is not closed."""
    return _parser().parse(text)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable("smartquotes")
    for sign in "()":
        parser.inline.add_terminator_char(sign)
    parser.inline.ruler.before("escape", "field", _field)
    return parser


def _field(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("((", state.pos) or state.src.startswith("(((", state.pos):
        return False
    found = _OPENING.match(state.src, state.pos, state.posMax)
    if found is None:
        raise TemplateRefused(0, _MISSPELT)
    name, sign = found.groups()
    if sign != "??":
        if not silent:
            _push(state, "shown", 0, name).meta["may_be_empty"] = sign.startswith("?")
        state.pos = found.end()
        return True
    end = _closing(state.src, found.end(), state.posMax)
    if not silent:
        whole = state.posMax
        _push(state, "when_open", 1, name)
        state.pos, state.posMax = found.end(), end
        state.md.inline.tokenize(state)
        state.posMax = whole
        _push(state, "when_close", -1, name)
    state.pos = end + 2
    return True


def _push(state: StateInline, kind: str, nesting: int, name: str) -> Token:
    token = state.push(kind, "", nesting)  # type: ignore[arg-type]
    # Typographic quotes look at the character before them: a field counts as a letter, as in ((name))'s.
    token.content = name
    return token


def _closing(text: str, start: int, stop: int) -> int:
    depth, at = 1, start
    while at < stop:
        if text.startswith("((", at):
            depth, at = depth + 1, at + 2
        elif text.startswith("))", at):
            depth -= 1
            if depth == 0:
                return at
            at += 2
        else:
            at += 1
    raise TemplateRefused(0, "a condition ((name??text)) must be closed with )) in the same paragraph")

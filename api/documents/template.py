"""Reading a letter's template: front matter, then Markdown with fields."""

from dataclasses import replace
from functools import lru_cache

from markdown_it.token import Token

from api.documents.blocks import Block, Blocks, Break, Heading, Items, Letter, Paragraph, Run, Shown, Text, When
from api.documents.errors import TemplateRefused
from api.documents.markdown import tokens_of

_ALLOWED = "a letter holds paragraphs, headings (##), lists, bold text and fields; this is something else"
_FRONT = "a letter begins with a line ---, then title: and rules:, then a line ---"


def read_letter(template: bytes | str) -> Letter:
    """The letter with its fields still open. Raises TemplateRefused with the line and what is wrong there."""
    try:
        return _read(template.decode() if isinstance(template, bytes) else template)
    except UnicodeDecodeError:
        raise TemplateRefused(1, "the file is not UTF-8 text") from None


def read_blocks(text: str) -> Blocks:
    """Blocks of Markdown without front matter. Raises TemplateRefused."""
    return _Reader(first_line=1).blocks(_tokens(text, first_line=1))


@lru_cache(maxsize=256)
def _read(template: str) -> Letter:
    lines = template.replace("\r\n", "\n").split("\n")
    if lines[0] != "---" or "---" not in lines[1:]:
        raise TemplateRefused(1, _FRONT)
    end = lines.index("---", 1)
    front = _front_matter(lines[1:end])
    tokens = _tokens("\n".join(lines[end + 1 :]), first_line=end + 2)
    reader = _Reader(first_line=end + 2)
    rules = [at for at, token in enumerate(tokens) if token.type == "hr" and token.level == 0]
    if len(rules) > 1:
        raise TemplateRefused(reader.line(tokens[rules[1]]), "*** begins the enclosure; there is only one")
    cut = rules[0] if rules else len(tokens)
    body, enclosure = reader.blocks(tokens[:cut]), reader.blocks(tokens[cut + 1 :])
    if not body:
        raise TemplateRefused(end + 1, "the letter says nothing")
    return Letter(title=front["title"], rules=tuple(front["rules"].split()), body=body, enclosure=enclosure)


def _front_matter(lines: list[str]) -> dict[str, str]:
    front: dict[str, str] = {}
    for number, line in enumerate(lines, start=2):
        key, colon, value = line.partition(":")
        if not colon or key not in ("title", "rules") or key in front:
            raise TemplateRefused(number, _FRONT)
        front[key] = value.strip()
    if not front.get("title") or "rules" not in front:
        raise TemplateRefused(1, _FRONT)
    if "((" in front["title"]:
        raise TemplateRefused(2, "a title has no fields: it names the document, and may be seen by anybody")
    return front


def _tokens(text: str, *, first_line: int) -> list[Token]:
    try:
        return tokens_of(text)
    except TemplateRefused as refused:
        # While a paragraph is parsed its place is not known: look for the first block that does not parse alone.
        raise replace(refused, line=_line_of_refusal(text) + first_line - 1) from None


def _line_of_refusal(text: str) -> int:
    lines = text.split("\n")
    for number in range(1, len(lines) + 1):
        if number < len(lines) and lines[number].strip():
            continue  # only whole blocks, or a condition over two lines would seem open
        try:
            tokens_of("\n".join(lines[:number]))
        except TemplateRefused:
            start = number
            while start > 1 and lines[start - 2].strip():
                start -= 1
            return start
    return 1


class _Reader:
    def __init__(self, *, first_line: int) -> None:
        self._first_line = first_line
        self._level = 1
        self._line = first_line

    def line(self, token: Token) -> int:
        if token.map:
            self._line = token.map[0] + self._first_line
        return self._line

    def blocks(self, tokens: list[Token]) -> Blocks:
        found: list[Block] = []
        at = 0
        while at < len(tokens):
            end = _end(tokens, at)
            found.append(self._block(tokens[at], tokens[at + 1 : end]))
            at = end + 1
        return tuple(found)

    def _block(self, token: Token, inner: list[Token]) -> Block:
        line = self.line(token)
        match token.type:
            case "paragraph_open":
                return Paragraph(self._runs(inner))
            case "heading_open":
                level = int(token.tag[1])
                if token.markup in ("=", "-") or not 2 <= level <= min(self._level + 1, 4):
                    raise TemplateRefused(line, "headings begin with ## below the title, and no level is left out")
                self._level = level
                return Heading(level, self._runs(inner))
            case "bullet_list_open" | "ordered_list_open":
                items, at = [], 0
                while at < len(inner):
                    end = _end(inner, at)
                    items.append(self.blocks(inner[at + 1 : end]))
                    at = end + 1
                return Items(numbered=token.type == "ordered_list_open", items=tuple(items))
            case _:
                raise TemplateRefused(line, _ALLOWED)

    def _runs(self, tokens: list[Token]) -> tuple[Run, ...]:
        (inline,) = tokens
        self.line(inline)
        return self._inline(inline.children or [], bold=False)

    def _inline(self, tokens: list[Token], *, bold: bool) -> tuple[Run, ...]:
        found: list[Run] = []
        at = 0
        while at < len(tokens):
            token, end = tokens[at], _end(tokens, at)
            inner = tokens[at + 1 : end]
            match token.type:
                case "text" | "text_special":
                    if token.content:
                        found.append(Text(token.content, bold))
                case "softbreak":
                    found.append(Text(" ", bold))
                case "hardbreak":
                    found.append(Break())
                case "strong_open":
                    found.extend(self._inline(inner, bold=True))
                case "shown":
                    found.append(Shown(token.content, self._line, bold, token.meta["may_be_empty"]))
                case "when_open":
                    found.append(When(token.content, self._line, self._inline(inner, bold=bold)))
                case _:
                    raise TemplateRefused(self._line, _ALLOWED)
            at = end + 1
        return tuple(found)


def _end(tokens: list[Token], start: int) -> int:
    """Where what is opened at `start` is closed; `start` itself when nothing is opened there."""
    depth = 0
    for at in range(start, len(tokens)):
        depth += tokens[at].nesting
        if depth <= 0:
            return at
    return len(tokens) - 1

"""Reading FEEL, as other tools write it in decision tables, into the evaluator's own tree.

Of FEEL there is what tables need: names with spaces, comparisons, `between`, `in` a range, `if … then … else …`,
days and moments written out. Whatever else stands there reaches the evaluator's own check, which refuses it.
"""

import ast
import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TypeAlias

from engine.expressions import Checked, ExpressionRefusedError, check
from engine.expressions.limits import CHARACTERS, DEPTH

# By its first word: the words of a name, and the plain name it stands for; the longest first.
Names: TypeAlias = Mapping[str, list[tuple[tuple[str, ...], str]]]
Piece: TypeAlias = "str | list[Piece]"  # a word or symbol, or what stands in brackets, with them

TOKEN = re.compile(r"""\s+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\d+(?:\.\d+)?|\w+|\.\.|[<>!=]=|\*\*|.""", re.DOTALL)
OPENING, CLOSING = "([{", ")]}"
LITERALS: Mapping[str, str] = {"true": "True", "false": "False", "null": "None"}
# Where an operand of `between` and `in` begins or ends.
BOUNDS = frozenset({"and", "or", "not", "if", "then", "else", ",", "<", "<=", ">", ">=", "==", "!=", "="})
OTHER_WORDS = frozenset({"in", "between", "instance", "for", "return", "some", "every", "satisfies", "function"})
MOMENT: Names = {"date": [(("date", "and", "time"), "date_and_time")]}
WRITTEN_OUT = frozenset({"date", "date_and_time"})
NOT_READ = frozenset({"time", "duration", "years_and_months_duration"})


def plain_names(names: Iterable[str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Names as they stand in FEEL, each with the name that expressions know it by: `Credit Score` is `Credit_Score`."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name in names:
        if words := _words(name):
            found.setdefault(words[0], []).append((words, plain_name(name)))
    for known in found.values():
        known.sort(key=lambda one: -len(one[0]))
    return found


def plain_name(name: str) -> str:
    """A name without spaces and marks."""
    return re.sub(r"\W+", "_", name.strip(), flags=re.ASCII).strip("_")


def read_feel(text: str, names: Names | None = None) -> Checked:
    """An expression of FEEL, or of diagrams. Raises ExpressionRefusedError for what is outside of both."""
    stripped = text.strip().removeprefix("=").strip()
    checked = check(translated(stripped, names or {}))
    return _with_dates(replace(checked, text=stripped))


def translated(text: str, names: Names) -> str:
    """FEEL as an expression of diagrams; the text itself where nothing differs."""
    pieces = _pieces(text) if len(text) <= CHARACTERS else None
    if pieces is None:
        return text  # the check says what is wrong with it
    changed = _changed(pieces, {**names, **_only_a_name(pieces)})
    return text if changed == pieces else " ".join(_flat(changed))


def _words(name: str) -> tuple[str, ...]:
    return tuple(token for token in TOKEN.findall(name) if not token.isspace())


def _pieces(text: str) -> list[Piece] | None:
    """The tokens of a text, those in brackets together. None when brackets do not match, or are too deep."""
    open_lists: list[list[Piece]] = [[]]
    for token in TOKEN.findall(text):
        if token.isspace():
            continue
        if token in OPENING:
            open_lists.append([token])
            if len(open_lists) > DEPTH:
                return None
        elif token in CLOSING:
            group = open_lists.pop()
            if not open_lists or not (OPENING.index(str(group[0])) == CLOSING.index(token) or ".." in group):
                return None
            open_lists[-1].append([*group, token])
        else:
            open_lists[-1].append(token)
    return open_lists[0] if len(open_lists) == 1 else None


def _only_a_name(pieces: list[Piece]) -> Names:
    """Words and nothing else are the name of something."""
    words = tuple(piece for piece in pieces if isinstance(piece, str) and re.fullmatch(r"\w+", piece))
    is_name = len(words) == len(pieces) > 1 and not (BOUNDS | OTHER_WORDS) & set(words) and not words[0][0].isdigit()
    return {words[0]: [(words, "_".join(words))]} if is_name else {}


def _changed(pieces: list[Piece], names: Names, *, of_a_call: bool = False) -> list[Piece]:
    named = _with_plain_names(pieces, names)
    found: list[Piece] = []
    for position, piece in enumerate(named):
        before = found[-1] if found else None
        if isinstance(piece, list):
            is_call = piece[0] == "(" and isinstance(before, str) and before.isidentifier() and before not in BOUNDS
            found.append([piece[0], *_changed(piece[1:-1], names, of_a_call=is_call), piece[-1]])
        elif piece == "=" and not (of_a_call and _names_an_argument(named, position)):
            found.append("==")
        elif before == "@" and piece[0] in "\"'":
            found[-1:] = ["date_and_time" if "T" in piece else "date", ["(", piece, ")"]]
        else:
            found.append(LITERALS.get(piece, piece))
    return _between(_chosen(found))


def _names_an_argument(pieces: list[Piece], position: int) -> bool:
    return position == 1 or (position > 1 and pieces[position - 2] == ",")


def _with_plain_names(pieces: list[Piece], names: Names) -> list[Piece]:
    found: list[Piece] = []
    position = 0
    while position < len(pieces):
        piece = pieces[position]
        known = [*names.get(piece, ()), *MOMENT.get(piece, ())] if isinstance(piece, str) else []
        for words, plain in known:
            if tuple(pieces[position : position + len(words)]) == words:
                found.append(plain)
                position += len(words)
                break
        else:
            found.append(piece)
            position += 1
    return found


def _chosen(pieces: list[Piece]) -> list[Piece]:
    """`if a then b else c` as `(b if a else c)`."""
    begins = next((n for n, piece in enumerate(pieces) if piece == "if"), None)
    if begins is None or "then" not in pieces[begins:]:
        return pieces
    then, otherwise = _partner(pieces, begins, "then"), _partner(pieces, begins, "else")
    if not begins < then < otherwise:
        raise ExpressionRefusedError("Write: if … then … else …", " ".join(_flat(pieces)))
    ends = next((n for n in range(otherwise, len(pieces)) if pieces[n] == ","), len(pieces))
    asked = _chosen(pieces[begins + 1 : then])
    yes, no = _chosen(pieces[then + 1 : otherwise]), _chosen(pieces[otherwise + 1 : ends])
    return [*pieces[:begins], ["(", *yes, "if", *asked, "else", *no, ")"], *_chosen(pieces[ends:])]


def _partner(pieces: list[Piece], begins: int, word: str) -> int:
    """Where the `then` or `else` of an `if` stands; -1 when it has none."""
    depth = 0
    for position in range(begins, len(pieces)):
        depth += (pieces[position] == "if") - (pieces[position] == word)
        if depth == 0:
            return position
    return -1


def _between(pieces: list[Piece]) -> list[Piece]:
    """`x between a and b`, and `x in [a..b]`, as two comparisons."""
    for position, piece in enumerate(pieces):
        begins = position
        while begins > 0 and not _is_bound(pieces[begins - 1]):
            begins -= 1
        asked = pieces[begins:position]
        after = pieces[position + 1 :]
        if piece == "between" and "and" in after:
            lower, rest = after[: after.index("and")], after[after.index("and") + 1 :]
            ends = next((n for n, bound in enumerate(rest) if _is_bound(bound)), len(rest))
            inside: list[Piece] = ["(", *lower, "<=", *asked, "<=", *rest[:ends], ")"]
            return [*pieces[:begins], inside, *_between(rest[ends:])]
        if piece == "in" and after and isinstance(after[0], list) and ".." in after[0]:
            group = after[0]
            middle = group.index("..")
            above, below = ("<=" if group[0] == "[" else "<"), ("<=" if group[-1] == "]" else "<")
            inside = ["(", *group[1:middle], above, *asked, below, *group[middle + 1 : -1], ")"]
            return [*pieces[:begins], inside, *_between(after[1:])]
    return pieces


def _is_bound(piece: Piece) -> bool:
    return isinstance(piece, str) and piece in BOUNDS


def _flat(pieces: list[Piece]) -> list[str]:
    return [word for piece in pieces for word in (_flat(piece) if isinstance(piece, list) else [piece])]


def _with_dates(checked: Checked) -> Checked:
    """The same with days and moments in place of the calls that write them out."""
    if refused := sorted(checked.functions & NOT_READ):
        name = refused[0].replace("_", " ")
        raise ExpressionRefusedError(f'`{name}( )` is not supported. Write days and moments: date("2026-12-02").')
    if not checked.functions & WRITTEN_OUT:
        return checked
    return replace(
        checked,
        functions=checked.functions - WRITTEN_OUT,
        calls=tuple(call for call in checked.calls if call.function not in WRITTEN_OUT),
        tree=_Dates().visit(copy.deepcopy(checked.tree)),
    )


class _Dates(ast.NodeTransformer):
    """Puts days and moments where they are written out."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if not isinstance(node.func, ast.Name) or node.func.id not in WRITTEN_OUT:
            self.generic_visit(node)
            return node
        given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        return ast.copy_location(ast.Constant(_written_out(node.func.id, given)), node)  # type: ignore[arg-type]


def _written_out(function: str, given: list[object]) -> date:
    try:
        match function, given:
            case "date", [str(text)]:
                return date.fromisoformat(text)
            case "date", [int(year), int(month), int(day)]:
                return date(year, month, day)
            case "date_and_time", [str(text)] if (moment := datetime.fromisoformat(text)).utcoffset() is not None:
                return moment
    except ValueError:
        pass
    raise ExpressionRefusedError(
        'Write a day as date("2026-12-02"), a moment with its offset as date and time("2026-12-02T09:00:00Z").'
    )

"""Reading an expression: what may stand in one, and the advice where something may not."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from engine.expressions.limits import CHARACTERS, DEPTH, NODES
from engine.expressions.refusing import ExpressionRefusedError, shortened
from engine.expressions.values import check_value

POLICY = "policy"
RESERVED = frozenset({POLICY, "typename"})  # a value named `typename` would make the stored case unreadable

OPERATORS = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Not, ast.USub, ast.UAdd, ast.And, ast.Or,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
)  # fmt: skip
CURLY_QUOTES = "\u2018\u2019\u201c\u201d\u201e"
PLAIN = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.List, ast.Tuple)

COMPREHENSION = "An expression cannot go through a list. Ask for a fact that does."
ADVICE: Mapping[type[ast.AST], str] = {
    ast.Lambda: "An expression cannot define a function. Call one that is known.",
    ast.ListComp: COMPREHENSION,
    ast.SetComp: COMPREHENSION,
    ast.DictComp: COMPREHENSION,
    ast.GeneratorExp: COMPREHENSION,
    ast.JoinedStr: "An expression cannot fill values into a text (f'…'). Letters do that with their ((fields)).",
    ast.NamedExpr: "An expression cannot set a name (:=). Only a script step does, with lines of name = expression.",
    ast.Subscript: "An expression cannot take a list apart with [ ]. Ask for a fact that does.",
    ast.Dict: "A record { } cannot be written in an expression.",
    ast.Set: "A set { } cannot be written in an expression. Write a list: [a, b].",
    ast.Starred: "A list cannot be spread with *. Give each value by itself.",
    ast.Await: "An expression cannot wait. Draw a timer or a message event.",
    ast.Yield: "An expression cannot yield.",
    ast.YieldFrom: "An expression cannot yield.",
    ast.Pow: "Powers (**) are not allowed.",
    ast.Is: "Write `==` instead of `is`.",
    ast.IsNot: "Write `!=` instead of `is not`.",
    ast.Attribute: f"Only `{POLICY}` has parts to read with a dot, and one level only: `{POLICY}.notice_days`.",
}


@dataclass(frozen=True)
class CallShape:
    """One call in an expression: whom, with how many plain arguments, and which named ones."""

    function: str
    positional: int
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """An expression that may be evaluated, and the names it uses: of the case's data, of functions, of the policy."""

    text: str
    names: frozenset[str]
    functions: frozenset[str]
    policy: frozenset[str]
    calls: tuple[CallShape, ...]
    tree: ast.expr = field(repr=False, compare=False)

    @property
    def is_constant(self) -> bool:
        """Whether it is a value written out."""
        return isinstance(self.tree, ast.Constant)


@dataclass(frozen=True)
class Assignment:
    """One line of a script step: the name it sets, and the expression."""

    name: str
    expression: Checked


@lru_cache(maxsize=2048)
def check(text: str) -> Checked:
    """Reads an expression, with or without a leading `=`. Raises ExpressionRefusedError, which says what to write."""
    expression = text.strip().removeprefix("=").strip() if isinstance(text, str) else ""
    if not expression:
        raise ExpressionRefusedError("There is no expression here. Write one, for example: kind == 'panel'")
    try:
        return _checked(expression, _parsed(expression))
    except ExpressionRefusedError as refused:
        raise ExpressionRefusedError(refused.sentence, expression) from refused.__cause__


@lru_cache(maxsize=512)
def check_script(text: str) -> tuple[Assignment, ...]:
    """Reads a script step: lines of `name = expression` and nothing else. Raises ExpressionRefusedError."""
    _check_characters(text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise ExpressionRefusedError("There is no line here. Write one, for example: kind = 'panel'")
    return tuple(_assignment(line) for line in lines)


def _assignment(line: str) -> Assignment:
    matched = re.fullmatch(r"([A-Za-z]\w*)\s*=(?![=\s]*=)\s*(.+)", line, flags=re.ASCII)
    if matched is None:
        raise ExpressionRefusedError("A script step holds only lines of the form: name = expression", line)
    return Assignment(matched[1], check(matched[2]))


def _parsed(expression: str) -> ast.expr:
    _check_characters(expression)
    try:
        return ast.parse(expression, mode="eval").body
    except SyntaxError as error:
        raise ExpressionRefusedError(_advice(expression, error)) from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise ExpressionRefusedError(
            "This cannot be read: it is nested too deeply or holds what is no text."
        ) from error


def _check_characters(text: str) -> None:
    if len(text) > CHARACTERS:
        raise ExpressionRefusedError(
            f"This is longer than {CHARACTERS:,} characters. Make it a fact, or several steps."
        )
    for position, character in enumerate(text, start=1):
        if not character.isprintable() and character not in "\n\r\t":
            raise ExpressionRefusedError(
                f"Character {position} cannot be seen (U+{ord(character):04X}). Type it again."
            )


def _advice(expression: str, error: SyntaxError) -> str:
    if any(quote in expression for quote in CURLY_QUOTES):
        return "Write straight quotes: 'panel'"
    if "${" in expression or "#{" in expression:
        return "Write the expression by itself, without ${ } around it."
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "''", expression)
    if "&&" in bare or "||" in bare or re.search(r"!(?!=)", bare):
        return "Write `and`, `or` and `not` in words."
    if re.search(r"(?<![=!<>])=(?!=)", bare):
        return "Write == to compare two values. A single = only stands in a script step."
    if "\n" in expression:
        return "Write the expression on one line."
    return f"This cannot be read at character {max(error.offset or 1, 1)}: {error.msg}."


def _checked(expression: str, tree: ast.expr) -> Checked:
    names: set[str] = set()
    policy: set[str] = set()
    calls: list[CallShape] = []
    waiting: list[tuple[ast.expr, int]] = [(tree, 1)]
    nodes = 0
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if nodes > NODES:
            raise ExpressionRefusedError(f"This has more than {NODES} parts. Make it a fact, or several steps.")
        if depth > DEPTH:
            raise ExpressionRefusedError(f"This is nested deeper than {DEPTH} levels. Make it several steps.")
        if isinstance(node, ast.Name):
            names.add(_name(node))
        elif isinstance(node, ast.Attribute):
            policy.add(_policy_name(node))
        elif isinstance(node, ast.Call):
            calls.append(_call(node))
        waiting += ((part, depth + 1) for part in _parts(node))
    functions = frozenset(call.function for call in calls)
    return Checked(expression, frozenset(names), functions, frozenset(policy), tuple(calls), tree)


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """What a node is made of. Raises ExpressionRefusedError for a node or operator that expressions do not have."""
    if isinstance(node, ast.Constant):
        _check_constant(node.value)
    elif isinstance(node, ast.Call):
        yield from node.args
        yield from (keyword.value for keyword in node.keywords)
    elif isinstance(node, PLAIN):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                yield part
            elif not isinstance(part, (*OPERATORS, ast.expr_context)):
                raise ExpressionRefusedError(_refusal(part))
    elif not isinstance(node, ast.Name | ast.Attribute):
        raise ExpressionRefusedError(_refusal(node))


def _refusal(node: ast.AST) -> str:
    return ADVICE.get(type(node), f"{type(node).__name__} is not allowed in an expression.")


def _name(node: ast.Name) -> str:
    if node.id == POLICY:
        raise ExpressionRefusedError(
            f"`{POLICY}` by itself is no value. Write which number is meant: `{POLICY}.notice_days`."
        )
    if node.id in RESERVED or node.id.startswith("_"):
        raise ExpressionRefusedError(f"`{shortened(node.id, 60)}` is not a name that a diagram can use.")
    return node.id


def _policy_name(node: ast.Attribute) -> str:
    if not isinstance(node.value, ast.Name) or node.value.id != POLICY:
        raise ExpressionRefusedError(ADVICE[ast.Attribute])
    if node.attr.startswith("_"):
        raise ExpressionRefusedError(f"`{shortened(node.attr, 60)}` is not a name that the policy can have.")
    return node.attr


def _call(node: ast.Call) -> CallShape:
    if isinstance(node.func, ast.Attribute):
        raise ExpressionRefusedError("Only a function known by a plain name can be called; values have no methods.")
    if not isinstance(node.func, ast.Name):
        raise ExpressionRefusedError(
            ADVICE.get(type(node.func), "Only a function known by a plain name can be called.")
        )
    function = node.func.id
    if function in RESERVED or function.startswith("_"):
        raise ExpressionRefusedError(f"`{shortened(function, 60)}` is not a function that a diagram can call.")
    keywords = tuple(keyword.arg or "" for keyword in node.keywords)
    if "" in keywords:
        raise ExpressionRefusedError("Arguments cannot be spread with **. Give each by its name.")
    if len(set(keywords)) < len(keywords) or any(name.startswith("_") for name in keywords):
        raise ExpressionRefusedError("Each named argument stands once, and begins with a letter.")
    return CallShape(function, len(node.args), keywords)


def _check_constant(value: object) -> None:
    if type(value) not in (str, int, float, bool, type(None)):
        raise ExpressionRefusedError("Only text, numbers, True, False and None can be written as values.")
    check_value(value, "A value written here")

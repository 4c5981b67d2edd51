"""Evaluating expressions: on simpleeval's walker, with a fence around every node and a trace of what was asked."""

import ast
from collections.abc import Callable, Iterable, Mapping

import simpleeval

from engine.expressions.limits import STEPS, WORK
from engine.expressions.names import (
    Known,
    check_names,
    unknown_function,
    unknown_name,
    unknown_policy,
    why_not,
    wrong_arguments,
)
from engine.expressions.operators import OPERATORS
from engine.expressions.refusing import ExpressionRefusedError, shortened
from engine.expressions.syntax import POLICY, CallShape, Checked, check, check_script
from engine.expressions.values import JSON, check_value, to_json_value

Functions = Mapping[str, Callable[..., object]]


class Evaluator:
    """Evaluates expressions with these functions and this policy. Made for one step of one case; not for threads.

    calls: what the last evaluation asked, in the order in which it was answered:
    {"function", "arguments", "result"}, with "named" where arguments were named, and {"policy", "value"}.
    """

    def __init__(self, functions: Functions, policy: object = None) -> None:
        for name, function in functions.items():
            if (why := why_not(name)) or _is_forbidden(function):
                raise ValueError(why or f"{name} is a function that no expression may reach.")
        self._walker = _Walker(functions, policy)

    @property
    def calls(self) -> list[dict[str, JSON]]:
        """The trace of the last evaluation."""
        return self._walker.calls

    def evaluate(self, text: str, data: Mapping[str, object]) -> object:
        """The expression's value; days and moments stay what they are. Raises ExpressionRefusedError.

        What a function raises passes through unchanged, with a note that names the expression.
        """
        return self.value_of(check(text), data)

    def value_of(self, checked: Checked, data: Mapping[str, object]) -> object:
        """As evaluate, of an expression that has been read."""
        self._walker.begin()
        return self._value(checked, data)

    def run_script(self, text: str, data: Mapping[str, object]) -> dict[str, JSON]:
        """Runs lines of `name = expression`, each seeing the names set before. Returns the names it set, as JSON."""
        self._walker.begin()
        lines = check_script(text)
        check_names((line.name for line in lines), self._walker.functions)
        assigned: dict[str, JSON] = {}
        for line in lines:
            assigned[line.name] = to_json_value(self._value(line.expression, {**data, **assigned}))
        return assigned

    def _value(self, checked: Checked, data: Mapping[str, object]) -> object:
        walker = self._walker
        walker.names = data
        try:
            if POLICY in data and checked.policy:
                raise ExpressionRefusedError(why_not(POLICY))
            for name in checked.names | checked.functions:
                if name in walker.functions and name in data:
                    raise ExpressionRefusedError(why_not(name, walker.functions))
            return walker.value(checked.tree)
        except ExpressionRefusedError as refused:
            raise ExpressionRefusedError(refused.sentence, refused.expression or checked.text) from refused.__cause__
        except Exception as error:
            error.add_note(f"In the expression: {shortened(checked.text, 200)}")
            raise


class _Walker(simpleeval.SimpleEval):  # type: ignore[misc]
    """The walk over a checked tree. Trusts nothing of the check: every node, step and value is looked at again."""

    def __init__(self, functions: Functions, policy: object) -> None:
        # simpleeval's own __init__ is not called: it brings functions of its own and changes the filters of
        # Python's warnings for all threads.
        self.functions = dict(functions)
        self.operators = OPERATORS
        self.policy = policy
        self.calls: list[dict[str, JSON]] = []
        self.names: Mapping[str, object] = {}
        self.nodes = {
            ast.Constant: self._eval_constant,
            ast.Name: self._eval_name,
            ast.Attribute: self._eval_attribute,
            ast.Call: self._eval_call,
            ast.UnaryOp: self._eval_unaryop,
            ast.BinOp: self._eval_binop,
            ast.BoolOp: self._eval_boolop,
            ast.Compare: self._eval_compare,
            ast.IfExp: self._eval_ifexp,
            ast.List: self._eval_list,
            ast.Tuple: self._eval_list,
        }
        self.begin()

    def begin(self) -> None:
        """Starts counting anew."""
        self.calls = []
        self._steps = 0
        self._work = 0

    def value(self, tree: ast.expr) -> object:
        """What the tree comes to."""
        return self._eval(tree)

    def _eval(self, node: ast.expr) -> object:
        self._steps += 1
        if self._steps > STEPS:
            raise ExpressionRefusedError(f"This takes more than {STEPS:,} steps.")
        step = self.nodes.get(type(node))
        if step is None:
            raise ExpressionRefusedError(f"{type(node).__name__} is not allowed in an expression.")
        value = step(node)
        # Work is counted, not timed: a machine that stalls must not turn a good expression into an incident.
        self._work += check_value(value)
        if self._work > WORK:
            raise ExpressionRefusedError(f"This looks at more than {WORK:,} values.")
        return value

    @staticmethod
    def _eval_constant(node: ast.Constant) -> object:
        if isinstance(node.value, bytes | complex) or node.value is ...:
            raise ExpressionRefusedError("Only text, numbers, True, False and None can be written as values.")
        return node.value

    def _eval_name(self, node: ast.Name) -> object:
        try:
            value = self.names[node.id]
        except KeyError:
            raise ExpressionRefusedError(unknown_name(node.id, self._known())) from None
        check_value(value, f"`{shortened(node.id, 60)}`")
        return value

    def _eval_attribute(self, node: ast.Attribute) -> object:
        name = node.attr
        if not isinstance(node.value, ast.Name) or node.value.id != POLICY or name.startswith("_"):
            raise ExpressionRefusedError(f"Only `{POLICY}` has parts that can be read with a dot.")
        try:
            value = self.policy[name] if isinstance(self.policy, Mapping) else getattr(self.policy, name)
        except (AttributeError, KeyError):
            raise ExpressionRefusedError(unknown_policy(name, self._policy_names())) from None
        if type(value) not in (int, float, str, bool):
            raise ExpressionRefusedError(unknown_policy(name, self._policy_names()))
        self.calls.append({"policy": name, "value": to_json_value(value)})
        return value

    def _eval_call(self, node: ast.Call) -> object:
        if not isinstance(node.func, ast.Name):
            raise ExpressionRefusedError("Only a function known by a plain name can be called.")
        name = node.func.id
        function = self.functions.get(name)
        if function is None:
            raise ExpressionRefusedError(unknown_function(name, self._known()))
        arguments = [self._eval(argument) for argument in node.args]
        named_arguments = {keyword.arg: self._eval(keyword.value) for keyword in node.keywords if keyword.arg}
        try:
            value = function(*arguments, **named_arguments)
        except TypeError:
            if why := wrong_arguments(CallShape(name, len(arguments), tuple(named_arguments)), function):
                raise ExpressionRefusedError(why) from None
            raise
        self._trace(name, arguments, named_arguments, value)
        return value

    def _trace(self, name: str, arguments: list[object], named_arguments: dict[str, object], value: object) -> None:
        check_value(value, f"What `{name}` gives")
        call: dict[str, JSON] = {
            "function": name,
            "arguments": to_json_value(arguments),
            "result": to_json_value(value),
        }
        if named_arguments:
            call["named"] = to_json_value(named_arguments)
        self.calls.append(call)

    def _eval_list(self, node: ast.List | ast.Tuple) -> list[object]:
        return [self._eval(item) for item in node.elts]

    def _known(self) -> Known:
        return Known(names=tuple(self.names), functions=self.functions, policy=self._policy_names())

    def _policy_names(self) -> tuple[str, ...]:
        return tuple(str(name) for name in self.policy) if isinstance(self.policy, Iterable) else ()


def _is_forbidden(function: object) -> bool:
    try:
        return function in simpleeval.DISALLOW_FUNCTIONS
    except TypeError:
        return False

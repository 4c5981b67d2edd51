"""Names in expressions: which may be used, which are known, and what was probably meant."""

import difflib
import inspect
import keyword
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.expressions.refusing import ExpressionRefusedError, shortened
from engine.expressions.syntax import POLICY, RESERVED, CallShape, Checked

LISTED = 15  # known names that a message lists
LONGEST = 60  # characters of a name

# What other expression languages call the three literals.
ELSEWHERE = {
    "true": "True",
    "false": "False",
    "null": "None",
    "none": "None",
    "nil": "None",
    "yes": "True",
    "no": "False",
}


@dataclass(frozen=True)
class Known:
    """What an expression may use where it stands: names of the case's data, functions, and names of the policy."""

    names: Collection[str] = ()
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    policy: Collection[str] = ()


def check_names(data: Iterable[str], functions: Collection[str]) -> None:
    """Raises ExpressionRefusedError for a name no value may have: reserved, a function's, or not a plain name."""
    for name in data:
        if why := why_not(name, functions):
            raise ExpressionRefusedError(why)


def why_not(name: str, functions: Collection[str] = ()) -> str:
    """Why a value or field cannot have this name; empty when it can."""
    shown = shortened(str(name), LONGEST)
    if name in RESERVED:
        return f"`{shown}` is a name that the engine needs itself. Choose another name."
    if name in functions:
        return f"`{shown}` is a function that diagrams call, so no value can have this name. Choose another name."
    if not isinstance(name, str) or not name.isascii() or not name.isidentifier() or name.startswith("_"):
        return f"`{shown}` is not a plain name. Use letters, digits and underscores, beginning with a letter."
    if keyword.iskeyword(name):
        return f"`{shown}` is a word of the expression language. Choose another name."
    if len(name) > LONGEST:
        return f"`{shown}` is longer than {LONGEST} characters. Choose a shorter name."
    return ""


def problems(checked: Checked, known: Known) -> list[str]:
    """What an expression uses that is not known where it stands, one sentence each."""
    found = [unknown_name(name, known) for name in sorted(checked.names - set(known.names))]
    found += [unknown_function(name, known) for name in sorted(checked.functions - set(known.functions))]
    found += [unknown_policy(name, known.policy) for name in sorted(checked.policy - set(known.policy))]
    found += [
        why
        for call in checked.calls
        if call.function in known.functions and (why := wrong_arguments(call, known.functions[call.function]))
    ]
    return found


def unknown_name(name: str, known: Known) -> str:
    """The sentence for a name that nothing has where the expression stands."""
    shown = shortened(name, LONGEST)
    if name in known.functions:
        return f"`{shown}` is a function. Write `{shown}(…)` with what it needs in the brackets."
    if name in ELSEWHERE:
        return f"`{shown}` is not a name that a diagram can use. Write `{ELSEWHERE[name]}`."
    return f"`{shown}` is not a name that a diagram can use.{_guess(name, _all(known))} {_list(_all(known))}"


def unknown_function(name: str, known: Known) -> str:
    """The sentence for a call of what is no function."""
    shown = shortened(name, LONGEST)
    if name in known.names:
        return f"`{shown}` is a value, not a function. Write `{shown}` without brackets."
    every = sorted(f"{function}()" for function in known.functions)
    return f"`{shown}` is not a function that a diagram can call.{_guess(f'{name}()', every)} {_list(every)}"


def unknown_policy(name: str, known: Collection[str]) -> str:
    """The sentence for a number that the policy does not name."""
    shown = shortened(name, LONGEST)
    every = sorted(known)
    return f"`{POLICY}.{shown}` is not in the policy.{_guess(name, every)} {_list(every)}"


def wrong_arguments(call: CallShape, function: Callable[..., object]) -> str:
    """The sentence for a call that gives a function too much, too little or the wrong names; empty when it fits."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ""
    try:
        signature.bind(*[None] * call.positional, **dict.fromkeys(call.keywords))
    except TypeError:
        needs = ", ".join(signature.parameters)
        return f"`{call.function}` is called with the wrong arguments. Write `{call.function}({needs})`."
    return ""


def _all(known: Known) -> list[str]:
    policy = [f"{POLICY}.…"] if known.policy else []
    return [*sorted(known.names), *policy, *sorted(f"{name}()" for name in known.functions)]


def _guess(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name[:LONGEST], known, n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(f'`{n}`' for n in near)}?" if near else ""


def _list(known: Sequence[str]) -> str:
    if not known:
        return "Nothing is known here."
    more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
    return f"Known here: {', '.join(shortened(name, LONGEST) for name in known[:LISTED])}{more}."

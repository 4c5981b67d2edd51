"""Small DMN files for tests."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from engine.decisions import Decision, read_decisions
from engine.expressions import Evaluator

NAMESPACES = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]
LATEST = NAMESPACES[-1]
Row = tuple[Sequence[str], Sequence[str]]


def dmn(
    rows: Sequence[Row],
    *,
    inputs: Sequence[str] = ("n",),
    outputs: Sequence[str] = ("<output id='out' name='result'/>",),
    policy: str = "hitPolicy='UNIQUE'",
    namespace: str = LATEST,
    beside: str = "",
    within: str = "",
) -> bytes:
    """A file with one decision `d`; cells get the ids r1i1, r1o1 and so on."""
    asked = "".join(
        f"<input id='in{n}'><inputExpression id='in{n}x'><text>{escape(text)}</text></inputExpression></input>"
        for n, text in enumerate(inputs, start=1)
    )
    rules = "".join(
        f"<rule id='r{n}'>"
        + "".join(f"<inputEntry id='r{n}i{c}'><text>{escape(t)}</text></inputEntry>" for c, t in enumerate(cells, 1))
        + "".join(f"<outputEntry id='r{n}o{c}'><text>{escape(t)}</text></outputEntry>" for c, t in enumerate(out, 1))
        + "</rule>"
        for n, (cells, out) in enumerate(rows, start=1)
    )
    return (
        f"<definitions xmlns='{namespace}' id='file' name='file' namespace='urn:x'>{beside}"
        f"<decision id='d' name='D'>{within}"
        f"<decisionTable id='t' {policy}>{asked}{''.join(outputs)}{rules}</decisionTable></decision></definitions>"
    ).encode()


NEEDS_ANOTHER = "<informationRequirement><requiredDecision href='#x'/></informationRequirement>"


def output(tag: str, text: str) -> str:
    """An output with one more element in it."""
    return f"<output id='o'><{tag} id='extra'><text>{text}</text></{tag}></output>"


def read(xml: bytes) -> Decision:
    return read_decisions(xml)["d"]


def evaluator() -> Evaluator:
    return Evaluator({"nine": lambda: 9, "yes": lambda: True}, {"limit": 5, "far": 100})


def data(**kinds: str) -> str:
    """Input data of a file: names, with `_` for a space, and their types."""
    return "".join(
        f"<inputData id='data_{name}' name='{name.replace('_', ' ')}'>"
        f"<variable name='{name.replace('_', ' ')}' typeRef='{kind}'/></inputData>"
        for name, kind in kinds.items()
    )

"""The kinds of problem that the API answers with, each explained where its `type` points."""

from typing import Annotated

from fastapi import Depends, Path

from api.problems import BY_NAME, KINDS, Kind
from api.rest.nouns import MISSING, noun
from api.rest.shapes import Out
from api.security import Rule
from engine.errors import NotFound

router = noun("problems", explained="The kinds of problem that the API answers with.")

READING = Depends(Rule("problem.read"))


class KindOut(Out):
    """One kind of problem."""

    type: str
    status: int
    title: str
    explanation: str


@router.get("", dependencies=[READING])
def list_problems() -> list[KindOut]:
    """Every kind of problem."""
    return [_out(kind) for kind in KINDS]


@router.get("/{name}", responses=MISSING, dependencies=[READING])
def read_problem(name: Annotated[str, Path(examples=["task-not-waiting"])]) -> KindOut:
    """One kind of problem."""
    if name not in BY_NAME:
        raise NotFound
    return _out(BY_NAME[name])


def _out(kind: Kind) -> KindOut:
    return KindOut(type=kind.type, status=kind.status, title=kind.title, explanation=kind.explanation)

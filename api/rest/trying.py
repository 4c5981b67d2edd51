"""What a process owner tries before anything is published: whether files are accepted, and what a table decides."""

from typing import Annotated

from fastapi import Depends
from pydantic import Field, JsonValue

from api.rest.nouns import MISSING, noun
from api.rest.shapes import Answers, Body, Out, example
from api.security import Rule, RuntimeHere
from engine.bundles import Bundle
from engine.checks import check_bundle
from engine.decisions import try_decision

router = noun("processes", explained="The procedure as it is drawn: versions that never change, and their files.")

READING = Depends(Rule("process.read"))
FilePath = Annotated[str, Field(pattern=r"^[A-Za-z0-9_./-]{1,300}$")]
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="size" namespace="urn:size">
<decision id="size" name="Size"><decisionTable id="sizes">
<input id="asked"><inputExpression id="how_many" typeRef="number"><text>how many</text></inputExpression></input>
<output id="answer" name="size" typeRef="string"/>
<rule id="small"><inputEntry id="few"><text>&lt; 10</text></inputEntry>
<outputEntry id="is_small"><text>"small"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


class CheckedFiles(Body):
    """Files of a bundle by their path in it."""

    model_config = example(files={"decisions/size.dmn": TABLE})
    files: dict[FilePath, str] = Field(max_length=300)


class FindingOut(Out):
    """Something that is wrong: where, what, and what to do about it."""

    file: str
    element: str
    problem: str
    advice: str


class CheckOut(Out):
    """Whether the files could be published."""

    accepted: bool
    findings: list[FindingOut]


class TriedTable(Body):
    """A DMN file, which of its decisions, and what it asks for by name. A value that is not given is nothing."""

    model_config = example(dmn=TABLE, decision="size", inputs={"how many": 3})
    dmn: str
    decision: str = Field("", max_length=300, description="Its id or name; not needed where the file holds one.")
    inputs: Answers = Field(default_factory=dict)


class ProblemOut(Out):
    """Why a table cannot decide, and at which element."""

    element: str
    problem: str


class DecidedOut(Out):
    """What a table decides, and the rules that apply; or why it cannot."""

    decision: str
    result: JsonValue
    rules: list[str]
    problems: list[ProblemOut]


@router.post("/checks", dependencies=[READING])
def check_files(body: CheckedFiles, runtime: RuntimeHere) -> CheckOut:
    """All that is wrong with the files of a bundle; nothing is kept and nothing is run."""
    files = {path: content.encode(errors="replace") for path, content in body.files.items()}
    findings = check_bundle(Bundle("checked", files), runtime.registry, read_letter=runtime.read_letter)
    return CheckOut(accepted=not findings, findings=[FindingOut.model_validate(found) for found in findings])


@router.post("/decisions", responses=MISSING, dependencies=[READING])
def try_table(body: TriedTable) -> DecidedOut:
    """What a decision table decides; nothing is kept."""
    tried = try_decision(body.dmn.encode(errors="replace"), decision=body.decision, inputs=body.inputs)
    return DecidedOut(
        decision=tried.decision,
        result=tried.result,
        rules=list(tried.rules),
        problems=[ProblemOut(element=element, problem=sentence) for element, sentence in tried.problems],
    )

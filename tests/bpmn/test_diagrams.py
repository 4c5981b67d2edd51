"""The diagrams as they are drawn: names, periods, lanes, outcomes, and whether they can be read."""

import re
from itertools import chain, combinations, pairwise

import pytest

from engine.bindings import parse_xml, read_bindings
from engine.policy import Policy
from engine.spiff.parser import compile_processes
from tests.bpmn.drawings import BPMN, FILES, FOLDER, Drawing

PERIODS = [
    pytest.param("meeting", "5 working days' notice has run", "notice_days", marks=pytest.mark.rule("R033", "R070")),
    pytest.param("fast_track", "6 weeks to the review", "review_weeks", marks=pytest.mark.rule("R058")),
    pytest.param(
        "fast_track",
        "6 school weeks to the internal review",
        "internal_review_weeks",
        marks=pytest.mark.rule("R078", "R079"),
    ),
    pytest.param(
        "referral", "20 working days to submit", "application_days", marks=pytest.mark.rule("R089", "R090", "R091")
    ),
    pytest.param("case", "12 weeks", "whole_weeks", marks=pytest.mark.rule("R005")),
]
OTHER_TIMERS = [
    ("case", "Next limitation date"),
    ("fast_track", "Look again"),
    ("fast_track", "Time to invite to the review"),
    ("fast_track", "Internal review day"),
    ("meeting", "Meeting day"),
    ("referral", "Reminder after 10 working days"),
    ("referral", "Reminder after 15 working days"),
]


@pytest.fixture(params=FILES)
def drawing(request: pytest.FixtureRequest) -> Drawing:
    """Each diagram in turn."""
    return Drawing(request.param)


def timers(name: str) -> dict[str, str]:
    """The timer events of a diagram: label and expression."""
    root = parse_xml((FOLDER / f"{name}.bpmn").read_bytes())
    return {b.name: b.timer for b in read_bindings(root) if b.timer}


@pytest.mark.parametrize(("diagram", "label", "number"), PERIODS)
def test_a_period_of_the_page_is_a_timer_under_its_name_and_counts_what_it_says(
    diagram: str, label: str, number: str
) -> None:
    policy = Policy.read((FOLDER / "policy.json").read_bytes())

    expression = timers(diagram)[label]

    assert f"policy.{number}" in expression
    assert re.findall(r"\d+", label) == [str(getattr(policy, number))]


@pytest.mark.parametrize(("diagram", "label"), OTHER_TIMERS)
def test_every_other_wait_stands_under_its_name(diagram: str, label: str) -> None:
    assert label in timers(diagram)


def test_no_timer_is_left_out_of_these_lists() -> None:
    listed = {str(p.values[1]) for p in PERIODS} | {label for _, label in OTHER_TIMERS}

    assert {label for name in FILES for label in timers(name)} == listed


@pytest.mark.parametrize(
    ("event", "step"),
    [
        ("SixWeeks", "RecordMeeting"),
        ("SixSchoolWeeks", "DecideInternalReview"),
        ("TwentyDays", "SubmitToAuthority"),
        ("TwelveWeeks", "DecideOutcome"),
    ],
)
def test_a_deadline_interrupts_nothing_and_names_the_step_that_meets_it(event: str, step: str) -> None:
    bindings = {b.id: b for name in FILES for b in read_bindings(parse_xml((FOLDER / f"{name}.bpmn").read_bytes()))}
    node = next(d.nodes[event] for d in map(Drawing, FILES) if event in d.nodes)

    assert bindings[event].properties["metBy"] == step
    assert bindings[step].kind == "userTask"
    assert node.get("cancelActivity") == "false"


def test_the_procedure_has_four_lanes_and_every_step_stands_in_one() -> None:
    procedure = Drawing("fast_track")
    lanes = {lane.get("name"): [r.text for r in lane] for lane in procedure.root.iter(f"{BPMN}lane")}
    shapes = {lane.get("name"): procedure.boxes[lane.get("id")] for lane in procedure.root.iter(f"{BPMN}lane")}

    assert sorted(lanes) == ["Local authority", "Panel", "School", "System"]
    assert sorted(chain.from_iterable(lanes.values())) == sorted(
        n for n in procedure.nodes if procedure.container(n) == "fast_track"
    )
    for name, members in lanes.items():
        assert all(shapes[name].holds(procedure.boxes[m]) for m in members if not procedure.is_on_border(m)), name


@pytest.mark.rule("R072", "R073", "R074", "R077", "R078")
def test_the_review_ends_in_exactly_one_of_four_outcomes() -> None:
    procedure = Drawing("fast_track")
    answers = {
        procedure.flows[f].find(f"{BPMN}conditionExpression").text: procedure.flows[f].get("targetRef")
        for f in procedure.leaving("Outcome")
    }

    assert answers == {
        "outcome == 'O1'": "LetterAchieved",
        "outcome == 'O2'": "AgreeStepDownPlan",
        "outcome == 'O3'": "LetterFurther",
        "outcome == 'O4'": "LetterImproved",
    }


def test_the_four_diagrams_are_one_process_whose_entry_is_the_case() -> None:
    specification = compile_processes((f, parse_xml((FOLDER / f"{f}.bpmn").read_bytes())) for f in FILES)

    assert specification.entry.name == "case"
    assert {"fast_track", "meeting", "referral"} <= set(specification.parts)


def test_forms_and_letters_that_steps_name_are_in_the_bundle() -> None:
    bindings = [b for name in FILES for b in read_bindings(parse_xml((FOLDER / f"{name}.bpmn").read_bytes()))]

    forms = {b.form for b in bindings if b.form}
    letters = {b.properties["letter"] for b in bindings if "letter" in b.properties}

    assert {f for f in forms if not (FOLDER / "forms" / f"{f}.json").is_file()} == set()
    assert {x for x in letters if not (FOLDER / "letters" / f"{x}.md").is_file()} == set()


def test_every_node_has_a_name_for_people(drawing: Drawing) -> None:
    unnamed = [i for i, node in drawing.nodes.items() if node.get("name", "") in ("", i)]

    assert unnamed == []


def test_a_gateway_that_chooses_asks_a_question_and_its_flows_answer(drawing: Drawing) -> None:
    choosing = [i for i in drawing.nodes if drawing.kind(i) == "exclusiveGateway" and len(drawing.leaving(i)) > 1]

    assert [i for i in choosing if not drawing.nodes[i].get("name").endswith("?")] == []
    assert [f for i in choosing for f in drawing.leaving(i) if not drawing.flows[f].get("name")] == []


def test_every_node_and_every_flow_is_drawn(drawing: Drawing) -> None:
    assert [i for i in drawing.nodes if i not in drawing.boxes] == []
    assert [i for i in drawing.flows if len(drawing.lines.get(i, [])) < 2] == []


def test_every_node_lists_the_flows_that_come_and_go(drawing: Drawing) -> None:
    assert [i for i in drawing.nodes if sorted(drawing.said(i, "incoming")) != sorted(drawing.arriving(i))] == []
    assert [i for i in drawing.nodes if sorted(drawing.said(i, "outgoing")) != sorted(drawing.leaving(i))] == []


def test_flows_run_straight_or_turn_at_right_angles(drawing: Drawing) -> None:
    slanted = [
        i for i, points in drawing.lines.items() for (x1, y1), (x2, y2) in pairwise(points) if x1 != x2 and y1 != y2
    ]

    assert slanted == []


def test_neighbours_do_not_overlap_and_steps_stay_inside_their_subprocess(drawing: Drawing) -> None:
    inner = [i for i in drawing.nodes if not drawing.is_on_border(i)]
    overlapping = [
        (a, b)
        for a, b in combinations(inner, 2)
        if drawing.container(a) == drawing.container(b) and drawing.boxes[a].meets(drawing.boxes[b])
    ]
    outside = [
        i
        for i in inner
        if drawing.container(i) in drawing.nodes and not drawing.boxes[drawing.container(i)].holds(drawing.boxes[i])
    ]

    assert overlapping == []
    assert outside == []


def test_a_border_event_sits_on_the_border_it_guards(drawing: Drawing) -> None:
    def is_on_border_of_its_step(event: str) -> bool:
        box, host = drawing.boxes[event], drawing.boxes[drawing.nodes[event].get("attachedToRef")]
        return host.meets(box) and not host.holds(box)

    assert [i for i in drawing.nodes if drawing.is_on_border(i) and not is_on_border_of_its_step(i)] == []

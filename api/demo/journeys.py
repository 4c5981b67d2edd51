"""The ways that the demo's cases go: each names the task it waits for next, and does it when it comes."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from uuid import UUID

from api.demo.player import Player


class Mood(Enum):
    """What the register says of a pupil from now on."""

    PRESENT = "present at every session"
    SOME = "three days missed, then present"
    ABSENT = "Mondays and Tuesdays missed"


class Scene(Protocol):
    """One case of the demo, as its journey sees it."""

    player: Player
    case_id: UUID
    journey: "Journey"

    def feel(self, mood: Mood) -> None:
        """Says how the register goes on."""

    def excuse(self) -> None:
        """The reason for what was missed is found to be illness: the marks are amended."""

    def later(self, days: int) -> None:
        """Lets some days pass before the next task is done."""


Steps = Generator[str, None, None]


@dataclass(frozen=True)
class Journey:
    """A way through the procedure. `result` is how its case ends; barrier and action are this child's own."""

    name: str
    title: str
    result: str
    barrier: str
    action: str
    steps: Callable[[Scene], Steps]


def achieved(scene: Scene) -> Steps:
    """O1, after a panel that had to be rearranged because a parent had a good reason."""
    yield from _until_invited(scene)
    scene.player.report(scene.case_id, "ParentCannotAttend")
    scene.later(days=3)
    yield from _do(scene, "DecideReasonable")
    yield from _invite(scene)
    yield from _panel(scene, Mood.PRESENT)
    yield from _review(scene)
    yield from _do(scene, "DecideOutcome", code="O1")


def defence(scene: Scene) -> Steps:
    """O2, with a step-down plan; the register is put right when the evidence has been seen."""
    yield from _until_invited(scene)
    yield from _panel(scene, Mood.SOME)
    yield from _review(scene)
    yield from _do(scene, "DecideOutcome", code="O2")
    scene.excuse()
    yield from _do(scene, "AgreeStepDownPlan")


def referred(scene: Scene) -> Steps:
    """O3, submitted, and the authority begins proceedings."""
    yield from _until_invited(scene)
    yield from _panel(scene, Mood.ABSENT)
    yield from _review(scene)
    yield from _do(scene, "DecideOutcome", code="O3")
    yield from _referral(scene)


def internally_closed(scene: Scene) -> Steps:
    """O4, and the internal review closes the case."""
    yield from _until_invited(scene)
    yield from _panel(scene, Mood.SOME)
    yield from _review(scene)
    scene.feel(Mood.PRESENT)
    yield from _do(scene, "DecideOutcome", code="O4")
    yield from _do(scene, "DecideInternalReview", decision="closed")


def internally_referred(scene: Scene) -> Steps:
    """O4, and the internal review refers the case."""
    yield from _until_invited(scene)
    yield from _panel(scene, Mood.SOME)
    yield from _review(scene)
    scene.feel(Mood.ABSENT)
    yield from _do(scene, "DecideOutcome", code="O4")
    yield from _do(scene, "DecideInternalReview", decision="refer")
    yield from _referral(scene)


# In the order in which eligible pupils are given to them; a school with few still shows every outcome.
JOURNEYS = (
    Journey(
        "achieved",
        "Panel rearranged, target achieved (O1)",
        "closed_target",
        "The first bus of the morning is often full",
        "The minibus collects from the corner shop at ten past eight.",
        achieved,
    ),
    Journey(
        "defence",
        "Statutory defence, step-down plan (O2)",
        "closed_defence",
        "Headaches that keep the family at home",
        "The school nurse speaks with the family and the surgery.",
        defence,
    ),
    Journey(
        "referred",
        "Further unauthorised absence, referred (O3)",
        "referred",
        "A younger child is looked after on Mondays and Tuesdays",
        "The family worker helps to find a place at the nursery.",
        referred,
    ),
    Journey(
        "internally_referred",
        "Internal review, then referred (O4)",
        "referred",
        "Quarrels in the form group",
        "A change of form, and a mentor who is there on arrival.",
        internally_referred,
    ),
    Journey(
        "internally_closed",
        "Internal review, then closed (O4)",
        "closed_internal_review",
        "Reading is hard and lessons are dreaded",
        "Reading support in the library four times a week.",
        internally_closed,
    ),
)


def _until_invited(scene: Scene) -> Steps:
    yield from _do(scene, "ReviewEarlySupport")
    yield from _do(scene, "EstablishParents")
    yield from _invite(scene)


def _panel(scene: Scene, mood: Mood) -> Steps:
    yield from _do(scene, "RecordMeeting")
    scene.feel(mood)
    yield from _do(scene, "AgreePlan", barrier=scene.journey.barrier, action=scene.journey.action)


def _invite(scene: Scene) -> Steps:
    yield from _do(scene, "ArrangeMeeting")
    yield from _do(scene, "ConfirmPosting")


def _review(scene: Scene) -> Steps:
    yield from _invite(scene)
    yield from _do(scene, "RecordMeeting")


def _referral(scene: Scene) -> Steps:
    for element in ("CompleteCaseForm", "CompleteApplication", "CollectEvidence"):
        yield from _do(scene, element)
    scene.later(days=7)
    yield from _do(scene, "HeadTeacherSigns")
    yield from _do(scene, "SubmitToAuthority")
    scene.later(days=14)
    yield from _do(scene, "ConsiderApplication")


def _do(scene: Scene, element: str, **variant: str) -> Steps:
    yield element
    scene.player.do(scene.case_id, element, variant=dict(variant))

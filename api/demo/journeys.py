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
    SOME = "four sessions missed, then present"
    ABSENT = "Mondays and Tuesdays missed"


class Scene(Protocol):
    """One case of the demo, as its journey sees it."""

    player: Player
    case_id: UUID

    def feel(self, mood: Mood) -> None:
        """Says how the register goes on."""

    def later(self, days: int) -> None:
        """Lets some days pass before the next task is done."""


Steps = Generator[str, None, None]


@dataclass(frozen=True)
class Journey:
    """A way through the procedure. `result` is how its case ends."""

    name: str
    title: str
    result: str
    steps: Callable[[Scene], Steps]


def achieved(scene: Scene) -> Steps:
    """O1, after a panel that had to be rearranged because a parent had a good reason."""
    yield from _until_invited(scene)
    scene.player.report(scene.case_id, "ParentCannotAttend")
    yield from _do(scene, "DecideReasonable")
    yield from _do(scene, "ArrangeMeeting")
    yield from _do(scene, "ConfirmPosting")
    yield from _panel(scene, Mood.PRESENT)
    yield from _review(scene)
    yield from _do(scene, "DecideOutcome", code="O1")


def defence(scene: Scene) -> Steps:
    """O2, with a step-down plan."""
    yield from _until_invited(scene)
    yield from _panel(scene, Mood.SOME)
    yield from _review(scene)
    yield from _do(scene, "DecideOutcome", code="O2")
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
    Journey("achieved", "Panel rearranged, target achieved (O1)", "closed_target", achieved),
    Journey("defence", "Statutory defence, step-down plan (O2)", "closed_defence", defence),
    Journey("referred", "Further unauthorised absence, referred (O3)", "referred", referred),
    Journey("internally_referred", "Internal review, then referred (O4)", "referred", internally_referred),
    Journey("internally_closed", "Internal review, then closed (O4)", "closed_internal_review", internally_closed),
)


def _until_invited(scene: Scene) -> Steps:
    yield from _do(scene, "ReviewEarlySupport")
    yield from _do(scene, "EstablishParents")
    yield from _do(scene, "ArrangeMeeting")
    yield from _do(scene, "ConfirmPosting")


def _panel(scene: Scene, mood: Mood) -> Steps:
    yield from _do(scene, "RecordMeeting")
    scene.feel(mood)
    yield from _do(scene, "AgreePlan")


def _review(scene: Scene) -> Steps:
    yield from _do(scene, "ArrangeMeeting")
    yield from _do(scene, "ConfirmPosting")
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

"""A story told again, step by step, as it was printed."""

from engine.exploration.acts import perform, rest
from engine.exploration.imagined import Imagined
from engine.exploration.standing import Resting
from engine.exploration.stories import Story
from engine.exploration.world import World
from engine.spiff.workflow import CaseWorkflow


def retell(world: World, story: Story) -> list[str]:
    """Executes a story and says what is wrong in its last step; nothing when all is well.

    Raises LookupError where the story does not fit the bundle: nothing waits where it acts, or something else is asked.
    """
    imagined = Imagined(world)
    case: CaseWorkflow | None = None
    resting: Resting | None = None
    wrong: list[str] = []
    for step in story.steps:
        if case is None:
            imagined.begin(decided=step.decided)
        else:
            imagined.go_on(case, marks=imagined.watch.marks, decided=step.decided)
        try:
            perform(imagined, step.act)
        except LookupError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever stops a case is what was told
            return [f"{type(error).__name__}: {error}"]
        asked = [choice.question for choice in imagined.choices.chosen]
        if asked != [choice.question for choice in step.chosen]:
            raise LookupError(
                f"At {step.act.path or 'the beginning'} this bundle asks {', '.join(asked) or 'nothing'}."
            )
        case, resting = imagined.case, rest(imagined, resting)
        standing = resting.standing(world.flow, imagined.watch.marks)
        imagined.watch.rest(*world.called(standing.elements))
        wrong = [rule.says for rule in imagined.watch.broken] + ([resting.wrong] if resting.wrong else [])
    return wrong

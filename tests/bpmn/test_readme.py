"""The description of the process beside the diagrams says what the diagrams say."""

from pathlib import Path

from api.outline import outline
from engine.bundles import read_folder
from handlers import REGISTRY

BPMN = Path(__file__).parents[2] / "bpmn"


def test_the_description_is_up_to_date() -> None:
    said = (BPMN / "README.md").read_text(encoding="utf-8")

    assert said == outline(read_folder(BPMN / "fast_track"), REGISTRY), (
        "Run: fasttrack process outline bpmn/fast_track > bpmn/README.md"
    )

"""The proof that a bundle needs before it is published: its scenarios come out as told."""

from collections.abc import Collection, Iterator

from api.scenarios.reading import FOLDER, read_scenarios
from api.scenarios.running import Performance, Told, perform
from api.scenarios.scratch import scratch_for
from api.settings import Settings
from engine.bundles import Bundle
from engine.checks import Finding
from engine.errors import BundleRefused

ADVICE = "Correct the diagrams, or tell the scenario as it shall be."


NONE_LEFT = Finding(
    FOLDER,
    "",
    "The version before this one has scenarios, and none is left.",
    "Keep those that still hold, and tell the others as it shall be.",
)


def prove(settings: Settings, bundle: Bundle, *, before: Collection[str] = ()) -> None:
    """Runs a bundle's scenarios in a database of their own. Raises BundleRefused with those that come out otherwise.

    before: the files of the version that it follows. A bundle that never had scenarios has nothing to show.
    """
    if not read_scenarios(bundle):
        if any(path.startswith(FOLDER) for path in before):
            raise BundleRefused(str(NONE_LEFT), findings=[NONE_LEFT])
        return
    with scratch_for(settings, bundle) as scratch:
        performance = perform(bundle, scratch)
    findings = list(failures(performance))
    if findings:
        raise BundleRefused("\n".join(str(finding) for finding in findings), findings=findings)


def failures(performance: Performance) -> Iterator[Finding]:
    """One finding for each scenario that came out otherwise."""
    for told in performance.told:
        if not told.came_out:
            yield Finding(f"{FOLDER}{told.name}.json", "", f"{told.title}: {in_words(told)}", ADVICE)


def in_words(told: Told) -> str:
    """Where a scenario came out otherwise, and how."""
    return f"{told.where}: {told.problem}"

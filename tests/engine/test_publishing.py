"""What is wrong with a bundle keeps it from being published."""

from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from engine import tables
from engine.bundles import Bundle
from engine.database import transaction
from engine.errors import BundleRefused
from engine.runtime import Runtime
from engine.versions import publish
from tests.engine.shapes import REGISTRY, bundle_of
from tests.engine.small import SmallFacts, render


@pytest.fixture
def runtime(engine: Engine) -> Runtime:
    return Runtime(engine, REGISTRY, SmallFacts, render)


def versions(runtime: Runtime) -> Any:
    with transaction(runtime.engine) as db:
        return db.execute(select(func.count()).select_from(tables.process_version)).scalar_one()


def test_a_bundle_with_findings_is_refused_and_carries_them(runtime: Runtime) -> None:
    with pytest.raises(BundleRefused) as refused:
        publish(runtime, bundle_of("refused/unknown_handler"), actor="owner")

    (finding,) = refused.value.findings
    assert (finding.file, finding.element) == ("unknown_handler.bpmn", "Tell")
    assert str(finding) == str(refused.value)
    assert versions(runtime) == 0


def test_a_bundle_without_findings_is_published_once(runtime: Runtime) -> None:
    first = publish(runtime, bundle_of("accepted/deciding"), actor="owner")
    second = publish(runtime, bundle_of("accepted/deciding"), actor="owner")

    assert first == second
    assert versions(runtime) == 1


def test_a_letter_that_cannot_be_rendered_is_refused(runtime: Runtime) -> None:
    def read_letter(template: bytes, fields: bytes) -> list[tuple[int, str]]:
        return [(1, "there is no field name")]

    runtime.read_letter = read_letter

    with pytest.raises(BundleRefused) as refused:
        publish(runtime, bundle_of("accepted/deciding"), actor="owner")

    assert str(refused.value).startswith("letters/N1.md, line 1: There is no field name.")


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", "x" * 101])
def test_a_process_needs_a_name_that_can_stand_in_an_address(runtime: Runtime, name: str) -> None:
    bundle = Bundle(name, bundle_of("accepted/deciding").files)

    with pytest.raises(BundleRefused, match="cannot be called"):
        publish(runtime, bundle, actor="owner")

"""Who runs the embedded PostgreSQL: ourselves, or for root another user, who may not enter every folder."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.postgres.process import server_of
from api.postgres.programs import INSTALLED, NEEDED, PACKAGE, programs_for
from tests.service.servers import ORDINARY, Holder, embedded, open_folder, query

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as made:
        yield made


@AS_ROOT
def test_data_moves_where_the_server_user_may_enter_and_stays_there(folder: Path) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    server = embedded(home / "school" / "var" / "postgres", elsewhere=folder / "elsewhere")

    server.start()
    query(server, "CREATE TABLE kept AS SELECT 7 AS seven")
    server.stop()

    assert server.place.folder.parent == folder / "elsewhere"
    assert server.place.folder.name.startswith("school-var-")
    assert f"may not enter {home}" in server.notice
    assert home.stat().st_mode & 0o777 == 0o700

    home.chmod(0o755)
    server.start()
    assert query(server, "SELECT seven FROM kept") == 7
    server.stop()


@AS_ROOT
def test_programs_are_copied_when_their_environment_is_closed(folder: Path) -> None:
    source = programs_for(None, elsewhere=folder).folder.parent
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    package = closed / PACKAGE
    (package / INSTALLED / "bin").mkdir(parents=True)
    (package / "__init__.py").touch()
    for program in NEEDED:
        shutil.copy2(source / "bin" / program, package / INSTALLED / "bin")
    for part in ("lib/postgresql", "share"):
        shutil.copytree(source / part, package / INSTALLED / part)
    shutil.copytree(source.parent.parent / f"{PACKAGE}.libs", closed / f"{PACKAGE}.libs")

    holder = Holder(folder / "postgres", path=str(closed))

    server = server_of(folder / "postgres" / "data")
    assert server
    assert server.cmdline()[0].startswith(str(folder / "elsewhere" / "postgresql-"))
    assert holder.leave() == "True"


@AS_ROOT
def test_ordinary_user_runs_the_server_as_himself(folder: Path) -> None:
    shutil.chown(folder, ORDINARY)

    holder = Holder(folder / "postgres", user=ORDINARY)

    server = server_of(folder / "postgres" / "data")
    assert server
    assert server.username() == ORDINARY
    assert (folder / "postgres").stat().st_mode & 0o777 == 0o700
    assert holder.leave() == "True"


@AS_ROOT
def test_root_runs_existing_data_as_its_owner(folder: Path) -> None:
    shutil.chown(folder, ORDINARY)
    Holder(folder / "postgres", user=ORDINARY).leave()
    server = embedded(folder / "postgres")

    server.start()
    process = server_of(server.place.data)
    assert process
    assert process.username() == ORDINARY
    server.stop()
    again = Holder(folder / "postgres", user=ORDINARY)

    assert again.url
    assert again.leave() == "True"


@AS_ROOT
def test_data_of_root_is_refused_to_an_ordinary_user_in_words(folder: Path) -> None:
    server = embedded(folder / "postgres")
    server.start()
    server.stop()

    refused = Holder(folder / "postgres", user=ORDINARY)

    assert "belongs to somebody else" in refused.problem()

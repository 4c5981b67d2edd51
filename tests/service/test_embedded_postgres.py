"""The embedded PostgreSQL: started, shared, killed, found again; in awkward folders."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from api.postgres import EmbeddedPostgres, PostgresError
from api.postgres.process import server_of
from tests.service.servers import HOLDER, Holder, embedded, open_folder, query


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as made:
        yield made


def test_server_starts_answers_and_stops(folder: Path) -> None:
    server = embedded(folder / "var" / "postgres")

    server.start()
    collation = query(
        server, "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'postgres'"
    )
    process = server_of(server.place.data)

    assert collation == "b C.UTF-8"
    assert process
    assert server.stop()
    assert not process.is_running()
    assert not server.stop()


def test_second_process_shares_the_server_and_the_last_one_stops_it(folder: Path) -> None:
    ours = embedded(folder / "postgres")
    ours.start()
    other = Holder(folder / "postgres")

    assert other.url == ours.url()
    assert not ours.stop()
    assert server_of(ours.place.data)
    assert other.leave() == "True"
    assert server_of(ours.place.data) is None


def test_server_of_a_killed_owner_is_joined_and_stopped_by_the_next(folder: Path) -> None:
    killed = Holder(folder / "postgres")
    killed.process.kill()
    killed.process.communicate()
    server = embedded(folder / "postgres")

    server.start()

    assert query(server, "SELECT 1") == 1
    assert server.stop()
    assert server_of(server.place.data) is None


def test_killed_server_is_repaired_by_the_next_start(folder: Path) -> None:
    server = embedded(folder / "postgres")
    server.start()
    query(server, "CREATE TABLE kept AS SELECT 7 AS seven")
    process = server_of(server.place.data)
    assert process

    process.kill()
    again = embedded(folder / "postgres")
    again.start()

    assert query(again, "SELECT seven FROM kept") == 7
    assert not server.stop()
    assert again.stop()


def test_number_in_the_pid_file_may_belong_to_somebody_else_by_now(folder: Path) -> None:
    server = embedded(folder / "postgres")
    server.start()
    pid_file = server.place.data / "postmaster.pid"
    left = pid_file.read_text().splitlines()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *left[1:]]))
    (Path(left[4]) / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

    server.start()

    assert query(server, "SELECT 1") == 1
    assert server.stop()


@pytest.mark.parametrize("name", ["with space", 'O\'Brien, "A" & $HOME `x`', "ein-sehr-langer-Pfad-" * 8])
def test_awkward_folder_keeps_the_socket_in_a_closed_one_elsewhere(folder: Path, name: str) -> None:
    server = embedded(folder / name / "postgres")

    server.start()
    socket = server.place.socket_folder()
    seen = socket.stat()

    assert query(server, "SHOW data_directory") == str(server.place.data)
    assert socket.parent != server.place.folder
    assert (seen.st_mode & 0o777, seen.st_uid) == (0o700, server.place.owner)
    assert server.stop()
    assert not socket.exists()


def test_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    server = embedded(folder / "with space" / "postgres")
    server.start()
    socket = server.place.socket_folder()
    server.stop()
    socket.mkdir()
    socket.chmod(0o777)

    with pytest.raises(PostgresError, match="belongs to somebody else"):
        server.start()

    socket.rmdir()


def test_data_of_another_release_is_refused_in_words(folder: Path) -> None:
    server = embedded(folder / "postgres")
    server.start()
    server.stop()
    (server.place.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(PostgresError, match=r"made by PostgreSQL 17; this is 18\."):
        server.start()


def test_broken_start_says_the_last_words_of_the_log(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres", options={"shared_buffers": "nonsense"})

    with pytest.raises(PostgresError, match=r"did not start .* invalid value for parameter .shared_buffers"):
        server.start()

    assert server_of(server.place.data) is None


def test_interrupted_start_leaves_nothing_running(folder: Path) -> None:
    before = {process.pid for process in psutil.process_iter() if process.name() == "postgres"}
    holder = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", HOLDER, str(folder / "postgres"), str(folder)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    log = folder / "postgres" / "postgres.log"
    while not log.exists() and holder.poll() is None:
        time.sleep(0.001)

    holder.send_signal(signal.SIGINT)
    holder.wait()

    running = [p for p in psutil.process_iter() if p.name() == "postgres" and p.pid not in before]
    assert not [p for p in running if str(folder) in " ".join(p.cmdline())]

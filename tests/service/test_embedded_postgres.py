"""The embedded PostgreSQL: started, shared, killed, found again; in awkward folders and as other users."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

import api
from api.postgres import EmbeddedPostgres, PostgresError
from api.postgres.process import server_of
from api.postgres.programs import INSTALLED, NEEDED, PACKAGE, programs_for

IS_ROOT = os.geteuid() == 0
AS_ROOT = pytest.mark.skipif(not IS_ROOT, reason="only root can become another user")
ORDINARY = "nobody"
OPTIONS = {"fsync": "off"}
PATHS = [str(Path(api.__file__).parent.parent), str(Path(psutil.__file__).parent.parent)]
HOLDER = """
import sys
from pathlib import Path
from api.postgres import EmbeddedPostgres, PostgresError
server = EmbeddedPostgres(Path(sys.argv[1]), options={"fsync": "off"}, elsewhere=Path(sys.argv[2]))
try:
    server.start()
except PostgresError as error:
    sys.exit(str(error))
print(server.url(), flush=True)
sys.stdin.read()
print(server.stop(), flush=True)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's own, which is for its owner alone."""
    made = Path(tempfile.mkdtemp(prefix="fasttrack-test-"))
    made.chmod(0o755)
    yield made
    for data in made.rglob("postmaster.pid"):
        if server := server_of(data.parent):
            server.kill()
    shutil.rmtree(made, ignore_errors=True)


def embedded(folder: Path, *, elsewhere: Path | None = None) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, options=OPTIONS, elsewhere=elsewhere or folder.parent / "elsewhere")


def query(server: EmbeddedPostgres, sql: str) -> object:
    with psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True) as db:
        cursor = db.execute(sql)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def ordinary_python() -> str:
    """A Python that an ordinary user may run here: ours may lie in root's home. Without one the test is skipped."""
    group = pwd.getpwnam(ORDINARY).pw_gid
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        tried = [python, "-c", f"import sys; sys.path[:0] = {PATHS}; import api.postgres"]
        try:
            subprocess.run(tried, user=ORDINARY, group=group, check=True, cwd="/", stderr=subprocess.DEVNULL)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            continue
        return python
    pytest.skip("an ordinary user may not read the project")


class Holder:
    """Another process that uses the server until its input ends."""

    def __init__(self, folder: Path, *, user: str | None = None, path: str = "") -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [path, *PATHS]))}
        become = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
        python = ordinary_python() if user else sys.executable
        self.process = subprocess.Popen(  # noqa: S603
            [python, "-c", HOLDER, str(folder), str(folder.parent / "elsewhere")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **become,
        )  # fmt: skip
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()

    def leave(self) -> str:
        """What `stop` answered."""
        said, _ = self.process.communicate()
        return said.strip()

    def problem(self) -> str:
        return self.process.communicate()[1].strip()


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

"""Embedded servers of tests: in folders that everybody may enter, held by other processes and other users."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

import api
from api.postgres import EmbeddedPostgres
from api.postgres.process import server_of

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


@contextmanager
def open_folder() -> Iterator[Path]:
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

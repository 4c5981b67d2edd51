"""Where the embedded server keeps its data and its socket."""

import hashlib
import os
import re
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from api.postgres.account import Account, account_for
from api.postgres.errors import PostgresError

ELSEWHERE = Path("/var/lib/fasttrack")
PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
SOCKET_PATH_BYTES = 103  # the Mac's sockaddr_un; Linux has 107


@dataclass(frozen=True)
class Place:
    """One data folder, and the user to whom the server's files belong (None: we ourselves)."""

    folder: Path
    account: Account | None
    notice: str = ""  # what whoever starts the service should know

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def owner(self) -> int:
        return self.account.uid if self.account else os.geteuid()

    def socket_folder(self) -> Path:
        """Where a server that we start puts its socket; only the server's user may enter it."""
        beside = self.folder / "socket"
        if _fits(beside):
            return beside
        for shared in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108
            if _fits(chosen := shared / f"fasttrack-{self.owner}-{_short_hash(self.folder)}"):
                return chosen
        raise PostgresError(f"There is no folder for the database's socket: {beside} is too long.")

    def make_socket_folder(self) -> Path:
        """Makes it. It may lie in a temporary folder, where anybody could have been first: then it is refused."""
        folder = self.socket_folder()
        if not os.path.lexists(folder):
            folder.mkdir(mode=0o700)
            self.give(folder)
        if not self._is_closed(folder):
            raise PostgresError(f"{folder} belongs to somebody else; the database's socket cannot be kept there.")
        return folder

    def remove_socket_folder(self) -> None:
        """Leaves nothing behind in a temporary folder."""
        folder = self.socket_folder()
        if folder.parent != self.folder and os.path.lexists(folder) and self._is_closed(folder):
            with suppress(OSError):
                folder.rmdir()

    def give(self, path: Path) -> None:
        """Makes the server's user the owner."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def _is_closed(self, folder: Path) -> bool:
        """Whether it is a folder, and nobody's but the server's."""
        found = folder.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == self.owner and not found.st_mode & 0o077


def choose_place(folder: Path, *, elsewhere: Path = ELSEWHERE) -> Place:
    """The folder itself, or one under `elsewhere` when the server's user cannot enter it. Makes what is missing."""
    folder = folder.resolve()
    account = account_for(folder / "data")
    if account is None:
        _make_folder(folder, mode=0o700)
        return Place(folder, None)

    other = elsewhere / f"{_label(folder)}-{_short_hash(folder)}"
    stopped = account.stopped_at(folder)
    if stopped and (folder / "data").exists():
        raise PostgresError(
            f"The database in {folder} cannot be opened: its user may not enter {stopped}. "
            "Let others pass through that folder (chmod o+x), or move the data."
        )
    if stopped is None and not (other / "data").exists():
        return _made(Place(folder, account))
    # Where data stands already it stays, also when the way to the folder was opened since.
    account = account_for(other / "data") or account
    because = f"the server's user may not enter {stopped}" if stopped else "it was made there"
    return _made(Place(other, account, f"The database is kept in {other}, because {because}."))


def _made(place: Place) -> Place:
    _make_folder(place.folder, mode=0o755)
    if place.account and (barred := place.account.stopped_at(place.folder)):
        raise PostgresError(f"There is no folder for the database: the server's user may not enter {barred}.")
    return place


def _make_folder(folder: Path, *, mode: int) -> None:
    """Makes the folder and the missing ones above it, whatever the umask. Existing ones stay as they are."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(mode if path == folder else 0o755)


def _fits(socket: Path) -> bool:
    # A comma separates hosts, and white space or quotes would have to be escaped in three languages.
    plain = re.fullmatch(r"[A-Za-z0-9_./+@-]+", str(socket)) is not None
    return plain and len(os.fsencode(socket / f"{SOCKET}.lock")) <= SOCKET_PATH_BYTES


def _label(folder: Path) -> str:
    """A name that a person recognises: `school-var` for a folder school/var/postgres."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", "-".join(folder.parts[-3:-1])).strip("_") or "data"


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]

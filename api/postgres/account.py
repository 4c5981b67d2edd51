"""The system user that runs the server: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from api.postgres.errors import PostgresError

NAME = "fasttrack-postgres"
INSTEAD = "Start as an ordinary user, or name a PostgreSQL with FASTTRACK_DATABASE_URL."


class RunAs(TypedDict, total=False):
    """What `subprocess` wants in order to start a program as another user. Empty: as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """Another user than ours, to whom the server's files belong."""

    uid: int
    gid: int

    def stopped_at(self, folder: Path) -> Path | None:
        """The first folder on the way, from the top, that this user may not enter. Missing ones are passed over."""
        for step in reversed((folder, *folder.parents)):
            try:
                found = step.stat()
            except FileNotFoundError:
                return None
            if not found.st_mode & self._needs(found):
                return step
        return None

    def run_as(self) -> RunAs:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def _needs(self, found: os.stat_result) -> int:
        if found.st_uid == self.uid:
            return stat.S_IXUSR
        return stat.S_IXGRP if found.st_gid == self.gid else stat.S_IXOTH


def account_for(data: Path) -> Account | None:
    """Who the server runs as: None means ourselves. Root takes the owner of existing data, otherwise a system user."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _system_account()


def _system_account() -> Account:
    try:
        found = pwd.getpwnam(NAME)
    except KeyError:
        _create_system_account()
        found = pwd.getpwnam(NAME)
    return Account(found.pw_uid, found.pw_gid)


def _create_system_account() -> None:
    if useradd := _program("useradd"):
        command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group"]
        command += ["--shell", "/bin/false", NAME]
    elif adduser := _program("adduser"):  # BusyBox
        command = [adduser, "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/bin/false", NAME]
    else:
        raise PostgresError(
            f"PostgreSQL does not run as root, and there is neither useradd nor adduser to make its user {NAME}. "
            f"{INSTEAD}"
        )
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in (0, 9):  # 9: the name exists, another process was faster
        raise PostgresError(
            f"PostgreSQL does not run as root, and its user {NAME} could not be made: "
            f"{done.stderr.strip() or done.stdout.strip()}. {INSTEAD}"
        )


def _program(name: str) -> str | None:
    return shutil.which(name, path="/usr/sbin:/sbin:/usr/bin:/bin")

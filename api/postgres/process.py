"""The server's process: which one serves a data folder, and when it is gone."""

# mypy: disable-error-code="import-untyped"
# psutil has no types.

import os
import time
from pathlib import Path

import psutil

from api.postgres.errors import PostgresError


def server_of(data: Path, *, child: int | None = None) -> psutil.Process | None:
    """The running server of this data. A number that is in use again, or a zombie, is not one.

    child: a process of ours that counts too, because it has not written its pid file yet.
    """
    lines = pid_file(data) or ([str(child)] if child else [])
    try:
        process = psutil.Process(int(lines[0]))
        return process if serves(process, data) else None
    except (IndexError, ValueError, psutil.Error):
        return None


def pid_file(data: Path) -> list[str]:
    """The lines of postmaster.pid: number, data, time of start, port, folder of the socket … Empty without one."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def serves(process: psutil.Process, data: Path) -> bool:
    """Whether this is a living process of PostgreSQL that works on this data."""
    try:
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return str(data) in process.cmdline() or os.path.samefile(process.cwd(), data)
    except (OSError, psutil.Error):
        return False


def wait_until_gone(process: psutil.Process, *, seconds: float) -> bool:
    """Whether the process ended in time. A zombie has ended: its parent may be busy, or an init that never reaps."""
    limit = time.monotonic() + seconds
    try:
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > limit:
                return False
            time.sleep(0.01)
    except psutil.NoSuchProcess:
        pass
    return True


def clear_leftovers(data: Path, *, seconds: float) -> None:
    """Removes what a killed server left, once the last of its own processes has noticed and gone.

    PostgreSQL refuses to start while the number in its pid file belongs to any living process.
    """
    lines = pid_file(data)
    if not lines:
        return
    limit = time.monotonic() + seconds
    while any(serves(process, data) for process in psutil.process_iter()):
        if time.monotonic() > limit:
            raise PostgresError(f"Processes of a killed PostgreSQL still use {data}.")
        time.sleep(0.05)
    if len(lines) > 4 and lines[4]:
        socket = Path(lines[4]) / f".s.PGSQL.{lines[3]}"
        socket.unlink(missing_ok=True)
        socket.with_name(f"{socket.name}.lock").unlink(missing_ok=True)
    (data / "postmaster.pid").unlink()

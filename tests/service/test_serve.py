"""`fasttrack serve` and `worker` as processes: they start, answer, stop however they are asked, and leave nothing."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from api.errors import ServiceError
from api.postgres.process import server_of
from api.serve import serve
from api.settings import Settings
from tests.service.servers import open_folder

COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def data() -> Iterator[Path]:
    with open_folder() as made:
        yield made / "var"


class Service:
    """A process of the command."""

    def __init__(self, data: Path, *arguments: str, **settings: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FASTTRACK_")}
        environment |= {"FASTTRACK_DATA_DIR": str(data), "FASTTRACK_PORT": "0", "PYTHONPATH": str(ROOT), **settings}
        self.data = data
        self.process = subprocess.Popen(  # noqa: S603
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
            cwd=data.parent,
        )  # fmt: skip

    def said(self, pattern: str) -> str:
        """The first line that holds the pattern; what it captures."""
        assert self.process.stdout
        for line in self.process.stdout:
            if found := re.search(pattern, line):
                return found.group(1)
        raise AssertionError(self.process.communicate()[1])

    def has_made(self, name: str) -> None:
        """Waits until there is a file of this name in the data folder."""
        while not any(self.data.rglob(name)):
            assert self.process.poll() is None, self.process.communicate()[1]
            time.sleep(0.01)

    def address(self) -> str:
        return self.said(r"(http://\S+)")

    def ask(self, path: str, *, address: str) -> tuple[int, dict[str, object]]:
        with urllib.request.urlopen(address + path, timeout=10) as answer:  # noqa: S310
            return answer.status, json.load(answer)

    def stop(self, *signals: signal.Signals) -> int:
        """Asks it to stop, in so many words, and gives the exit code."""
        for number in signals:
            self.process.send_signal(number)
            time.sleep(0.05)
        self.process.communicate(timeout=30)
        return self.process.returncode

    def leaves_a_server(self) -> bool:
        return server_of(self.data / "postgres" / "data") is not None


@pytest.mark.parametrize(
    "signals",
    [
        [signal.SIGTERM],
        [signal.SIGHUP],
        [signal.SIGINT, signal.SIGINT, signal.SIGINT],
    ],
    ids=["TERM", "HUP", "Ctrl-C again and again"],
)
def test_service_answers_and_stops_leaving_nothing(data: Path, signals: list[signal.Signals]) -> None:
    service = Service(data, "serve")
    address = service.address()

    status, body = service.ask("/health/ready", address=address)
    children = psutil.Process(service.process.pid).children(recursive=True)
    code = service.stop(*signals)

    assert (status, body["status"]) == (200, "ready")
    assert code == 0
    assert not service.leaves_a_server()
    assert not [child for child in children if child.is_running()]


@pytest.mark.parametrize("sign", ["postgres", "PG_VERSION", "postmaster.pid"])
def test_stopped_while_it_starts_it_leaves_nothing(data: Path, sign: str) -> None:
    service = Service(data, "serve")
    service.has_made(sign)

    service.stop(signal.SIGINT, signal.SIGINT)

    assert not service.leaves_a_server()


def test_killed_service_is_cleaned_up_by_the_next(data: Path) -> None:
    killed = Service(data, "serve")
    killed.address()
    killed.stop(signal.SIGKILL)
    assert killed.leaves_a_server()

    service = Service(data, "serve")
    service.address()
    service.stop(signal.SIGTERM)

    assert not service.leaves_a_server()


def test_worker_shares_the_database_and_the_last_one_stops_it(data: Path) -> None:
    service = Service(data, "serve", FASTTRACK_BACKGROUND_WORK="false")
    service.address()
    worker = Service(data, "worker")
    worker.said("(Working)")

    assert service.stop(signal.SIGTERM) == 0
    assert worker.leaves_a_server()
    assert worker.stop(signal.SIGTERM) == 0
    assert not worker.leaves_a_server()


def test_port_in_use_is_said_in_a_sentence_before_anything_starts(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        service = Service(data, "serve", "--port", port)
        _, problem = service.process.communicate(timeout=30)

    assert service.process.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in problem
    assert "Traceback" not in problem
    assert not data.exists()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"demo": True, "host": "0.0.0.0"}, "The demo is for this machine alone"),  # noqa: S104
        ({"host": "no.such.host.invalid"}, "There is no address called no.such.host.invalid"),
        ({"database_url": "postgresql://127.0.0.1:1/x"}, "The database cannot be reached"),
        ({"database_url": "my database, please"}, "FASTTRACK_DATABASE_URL is not like"),
    ],
)
def test_what_keeps_it_from_starting_is_said_in_a_sentence(data: Path, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ServiceError, match=words):
        serve(Settings(data_dir=data, port=0, **settings), say=print)


def test_make_run_becomes_the_service_so_that_signals_reach_it() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\nrun:")[1].splitlines()[1]

    assert recipe.strip().startswith("exec ")

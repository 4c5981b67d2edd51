"""A service that dies between what it has done and its answer.

Reads `[url, token, path, body, headers]` in a line for each request, and prints how the process ended that served it.
"""

import json
import os
import signal
import sys
from typing import Any
from uuid import UUID

from starlette.testclient import TestClient

from api.database import make_engine
from api.rest.application import create_rest
from engine.registry import Registry
from engine.runtime import Runtime
from tests.engine import small


def die(point: str, _: UUID) -> None:
    if point == "request.done":
        os.kill(os.getpid(), signal.SIGKILL)


def serve(url: str, token: str, path: str, body: Any, headers: dict[str, str]) -> None:
    runtime = Runtime(make_engine(url), Registry.of(small), small.SmallFacts, small.render, reached=die)
    client = TestClient(create_rest(runtime, process="small"))
    client.post(path, json=body, headers={**headers, "Authorization": f"Bearer {token}"})


if __name__ == "__main__":
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            serve(*json.loads(line))
            os._exit(0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()

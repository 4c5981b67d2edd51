"""Runs the service: the database, the work in the background and the web application, and stops them in turn."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from threading import Event

import structlog
import uvicorn

from api.app import create_app
from api.background import Background
from api.calendar_alerts import alert_lines
from api.database import mark
from api.demo.start import Demo, refuse_strangers, start_demo
from api.errors import ServiceError
from api.settings import Settings
from api.stopping import answered_by, stopped_once
from api.wiring import BUNDLE, Wiring, wired
from engine.bundles import read_folder
from engine.clock import london_day
from engine.clock import now as read_clock
from engine.contracts import outgrown
from engine.versions import publish_if_none

log = structlog.get_logger()


class PortTaken(ServiceError):
    """Something else listens on this port."""


def serve(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Serves until it is asked to stop. say: tells whoever started it the address, and a demo's people."""
    if settings.demo:
        refuse_strangers(settings.host)
    with stopped_once(), _listening(settings) as sockets, wired(settings) as wiring:
        demo = prepare(wiring)
        with Background(wiring) if settings.background_work else nullcontext() as background:
            config = uvicorn.Config(
                create_app(wiring, background=background),
                log_config=None,
                access_log=False,
                lifespan="off",  # what starts and stops stands here, and a second Ctrl-C would cancel it half done
                timeout_graceful_shutdown=settings.stop_seconds,
            )
            _Server(config, ready=lambda: say(_welcome(wiring, sockets, demo))).run(sockets=sockets)


def work(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Does the background work, without serving, until it is asked to stop."""
    with stopped_once(), wired(settings) as wiring, Background(wiring):
        say("\n".join(filter(None, ["Working. Ctrl-C stops.", wiring.database.notice, *_outgrown(wiring)])))
        with suppress(KeyboardInterrupt, SystemExit):
            Event().wait()


def prepare(wiring: Wiring) -> Demo | None:
    """What a database needs before it can serve: its mark, a version of the process, and in a demo its school."""
    if wiring.settings.demo:
        return start_demo(wiring)
    mark(wiring.database.engine, demo=False)
    publish_if_none(wiring.runtime, read_folder(BUNDLE))
    return None


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, *, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Says so once requests are taken."""
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The first signal lets requests end, the second does not wait for them; then no further one counts."""
        with answered_by(self.handle_exit):
            yield


@contextmanager
def _listening(settings: Settings) -> Iterator[list[socket.socket]]:
    """The sockets, taken before anything is started: a port that is in use is the commonest mistake."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise ServiceError(f"There is no address called {settings.host}: {error.strerror}.") from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(address)
            bound.listen()
        except OSError as error:
            raise PortTaken(
                f"Port {settings.port} of {settings.host} cannot be used: {error.strerror}. Is the service running "
                "already? Choose another with --port or FASTTRACK_PORT."
            ) from error
        yield [bound]


def _welcome(wiring: Wiring, sockets: list[socket.socket], demo: Demo | None) -> str:
    host, port = sockets[0].getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    lines = ["", f"Fast Track to attendance: {address}   Ctrl-C stops.", wiring.database.notice]
    if demo:
        lines += demo.in_words()
    with wiring.database.engine.connect() as db:
        lines += alert_lines(db, today=london_day(read_clock(db)))
    return "\n".join(line for line in lines + _outgrown(wiring) if line)


def _outgrown(wiring: Wiring) -> list[str]:
    """What whoever started the service must know before people's tasks fail: code that open cases cannot run on."""
    with wiring.database.engine.connect() as db:
        found = outgrown(db, wiring.runtime.registry)
    for sentence in found:
        log.warning("version_outgrown", sentence=sentence)
    return found

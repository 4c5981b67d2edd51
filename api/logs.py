"""Log lines: the name of an event and its facts, for people or for machines; never personal data."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import ExcInfo, Processor

from engine.telling import in_full

# Their own lines say nothing that ours do not.
QUIET = ("apscheduler", "uvicorn", "alembic", "fontTools")


def configure_logs(*, level: str, as_json: bool) -> None:
    """Sends every log line of this process to standard error in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(as_json=as_json)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _rendering(*, as_json: bool) -> list[Processor]:
    if as_json:
        return [structlog.processors.ExceptionRenderer(_in_full), structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_plain)]


def _plain(out: TextIO, failed: ExcInfo) -> None:
    # The pretty ones show the values of variables, and those are people's.
    out.write(_in_full(failed))


def _in_full(exc_info: ExcInfo) -> str:
    return in_full(exc_info[1])

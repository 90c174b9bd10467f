"""Logging: one line for each unit of work, on standard error; no payloads, no secrets.

JSON, but for people at a terminal. What libraries log comes through the same door, from warnings up, and of an
exception only its class and place: its message may quote a record.
"""

import logging
import os
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from worker.failures import place

_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure_logs(level: str) -> None:
    """Every process logs alike; `level` counts for our own lines."""
    structlog.configure(
        processors=[*_SHARED, _renderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_library_formatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _renderer() -> Processor:
    """Values are quoted at a terminal too: a name may hold its escapes."""
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer(colors=not os.environ.get("NO_COLOR"), repr_native_str=True)
    return structlog.processors.JSONRenderer()


def _library_formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name, without_message_of_exception],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer()],
    )


def without_message_of_exception(_: Any, __: str, line: EventDict) -> EventDict:
    """Class and place in the traceback's stead."""
    raised = line.pop("exc_info", None)
    if raised and raised[1]:
        line["error"] = place(raised[1])
    return line

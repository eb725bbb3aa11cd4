"""Logs on stderr: a line for people, or a JSON object for machines."""

import logging
import sys
from typing import Final

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import Processor

# Libraries that tell at level info what our own lines tell already.
_QUIET: Final = ("httpx", "tortoise", "asyncio", "uvicorn.error", "PIL")


def log_to_stderr(level: str, *, json: bool = False) -> None:
    """Send every log line of this process, ours and of libraries, to stderr from this level up."""
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [ProcessorFormatter.remove_processors_meta]
    if json:
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback
        last.append(
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain, pad_event_to=0)
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ProcessorFormatter(processors=last, foreign_pre_chain=before))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            *before,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def report_fault(error: Exception) -> None:
    """A fault of ours, or of the database: what it says for everyone, and where it happened for whoever asks."""
    logging.getLogger("folkmoot").debug("The command failed", exc_info=error)
    print(f"{type(error).__name__}: {error}", file=sys.stderr)

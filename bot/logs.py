"""Logs: one JSON line per event on standard error, holding only what is known to be harmless.

What is not on the lists below is withheld rather than searched for secrets: names, texts, ids and parameters
reach a log by ways nobody thought of. The search for tokens comes last, as a second net.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

import structlog
from structlog.types import Processor

from bot.settings import Settings

Line = MutableMapping[str, Any]
WITHHELD = "[withheld]"
LIBRARY = "library_message"  # a library's own sentence may hold anything, so only its place is told

# Values of these keys are words of ours: names of classes, methods, states, kinds.
WORD_KEYS = """
    action code database error feature form job kind lane locale method mode outcome role state
    table verb version
"""
# Values of these keys are counts, seconds, ports and row numbers of our own. People and chats have none.
NUMBER_KEYS = """
    bytes count due entity handled kept lag port queued revision row seconds shift signal status tries
"""
WORDS, NUMBERS = frozenset(WORD_KEYS.split()), frozenset(NUMBER_KEYS.split())
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,79}")
EVENT = re.compile(r"[a-z][a-z0-9_]{0,59}")
TOKEN = re.compile(r"\d{6,}(:|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
DIGITS = re.compile(r"\d{5,}")
NOISY = "aiohttp alembic apscheduler asyncio httpcore httpx psycopg sqlalchemy telegram"
SHORTEST = 6  # letters of a secret
FRAMES = 30  # of a traceback, the innermost ones


def configure_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Send everything that is logged, by us or by libraries, as redacted JSON to standard error."""
    stream = stream or sys.stderr
    level = logging.getLevelNamesMapping()[settings.log.upper()]
    stamp = structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True)
    # Our own keys are added behind the filter: nobody can pass something under their names.
    last: list[Processor] = [frames_only, stamp, Renderer(settings.secrets)]
    structlog.configure(
        processors=[only_known, structlog.processors.add_log_level, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[LibraryHandler(last, stream)], level=level, force=True)
    logging.captureWarnings(True)
    for name in NOISY.split():
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("aiohttp.access").disabled = True


def catch_strays() -> None:
    """Log what nobody caught, too: Python itself would print messages and values."""
    log = structlog.get_logger()

    def crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None = None) -> None:
        if error is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
            log.error("crashed", error=kind.__name__, exc_info=error)

    sys.excepthook = crashed
    sys.unraisablehook = lambda stray: crashed(stray.exc_type, stray.exc_value)
    threading.excepthook = lambda stray: crashed(stray.exc_type, stray.exc_value)


def frames_only(_logger: Any, _method: str, line: Line) -> Line:
    """Replace an exception by its type and the places it passed: no message, no values, no parameters."""
    given = line.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["exception"] = list(_causes(error))
    return line


def _causes(error: BaseException) -> Iterable[dict[str, Any]]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        frames = traceback.extract_tb(one.__traceback__, limit=-FRAMES)
        yield {
            "type": f"{type(one).__module__}.{type(one).__qualname__}",
            "frames": [f"{_short(frame.filename)}:{frame.lineno}:{frame.name}" for frame in frames],
        }
        waiting.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)


def _short(filename: str) -> str:
    return "/".join(Path(filename).parts[-3:])


def only_known(_logger: Any, _method: str, line: Line) -> Line:
    """Withhold every value whose key or shape is not known to be harmless."""
    for key, value in list(line.items()):
        if key != "exc_info" and not _is_harmless(key, value):
            line[key] = WITHHELD
    return line


def _is_harmless(key: str, value: Any) -> bool:
    if key in NUMBERS:
        return isinstance(value, int | float)
    if not isinstance(value, str):
        return False
    if key == "event":
        return EVENT.fullmatch(value) is not None
    return key in WORDS and WORD.fullmatch(value) is not None and not DIGITS.search(value)


class Renderer:
    """Writes the line as JSON and blots out tokens and secrets wherever they still may be."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted({form for s in secrets for form in (s, quote(s, safe=""))}, key=len, reverse=True)

    def __call__(self, _logger: Any, _method: str, line: Line) -> str:
        """Return the finished line."""
        text = json.dumps(line, ensure_ascii=False, default=lambda _: WITHHELD)
        for secret in self._secrets:
            text = text.replace(secret, WITHHELD)
        return TOKEN.sub(WITHHELD, text)


class LibraryHandler(logging.Handler):
    """Takes what libraries log: logger, level, place in the code and the exception's frames."""

    def __init__(self, chain: list[Processor], stream: TextIO) -> None:
        super().__init__()
        self._chain = chain
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        line: Any = {
            "event": LIBRARY,
            "level": record.levelname.lower(),
            "logger": record.name,
            "source": f"{_short(record.pathname)}:{record.lineno}",
            "exc_info": record.exc_info,
        }
        try:
            for processor in self._chain:
                line = processor(None, "", line)
            self._stream.write(f"{line}\n")
            self._stream.flush()
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say nothing: logging would print the record with all it holds."""

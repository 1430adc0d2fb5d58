"""Puts logging back as it was, for tests that configure it as the program does."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog


@contextmanager
def logging_as_it_was() -> Iterator[None]:
    """Undo at the end whatever is configured meanwhile."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.handlers, root.level = handlers, level
        for name, old in levels.items():
            logging.getLogger(name).setLevel(old)
        logging.getLogger("aiohttp.access").disabled = False
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        structlog.reset_defaults()

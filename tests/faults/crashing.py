"""Crashing: makes a bot end itself without a word at a boundary, or count which it passes. Only victims use this."""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any

import bot.app
import bot.chat.dispatch
import bot.chat.pacing
import bot.core.card
from bot.chat.buttons import ButtonSigner
from bot.chat.client import Client
from bot.chat.context import BotContext
from bot.chat.route import route
from bot.core.store import Store, UnitOfWork
from tests.faults.boundaries import numbers

POISON = "poison"  # a message whose handler fails
passed: Counter[tuple[int, str]] = Counter()


def hurry() -> None:
    """Let what waits for a second or so happen at once, and let one message's handler fail."""

    def poisoned(c: BotContext, signer: ButtonSigner) -> None:
        if c.event.text == POISON:
            raise RuntimeError("poison")
        route(c, signer)

    for module, name, value in (
        (bot.app, "TICK", 0.05),
        (bot.chat.pacing, "CHAT_EACH", 0.0),
        (bot.core.card, "REFRESH_AFTER", timedelta(0)),
        (bot.chat.dispatch, "route", poisoned),
    ):
        assert hasattr(module, name)
        setattr(module, name, value)


def crash_at(point: Mapping[str, Any]) -> None:
    """End this process before or after (``side``) it passes a boundary for the so-many-th ``time``."""
    open_unit, call, updates = Store.unit_of_work, Client.call, Client.updates

    def reach(number: int, side: str) -> None:
        passed[number, side] += 1
        if (number, side, passed[number, side]) == (point["number"], point["side"], point["time"]):
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def unit_of_work(self: Store, *args: Any, **kwargs: Any) -> Iterator[UnitOfWork]:
        number = _number()
        with open_unit(self, *args, **kwargs) as uow:
            yield uow
            reach(number, "before")
        reach(number, "after")

    def boundary(plain: Any) -> Any:
        def begun(*args: Any, **kwargs: Any) -> Any:
            return called(_number(), plain(*args, **kwargs))

        async def called(number: int, answer: Any) -> Any:
            reach(number, "before")
            found = await answer
            reach(number, "after")
            return found

        return begun

    Store.unit_of_work = unit_of_work  # type: ignore[method-assign]
    Client.call, Client.updates = boundary(call), boundary(updates)  # type: ignore[method-assign]


def _number() -> int:
    """Find the boundary we stand at."""
    frame: FrameType | None = sys._getframe(1)
    known = numbers()
    while frame:
        number = known.get((frame.f_code.co_filename, frame.f_lineno))
        if number:
            return number
        frame = frame.f_back
    raise AssertionError("a boundary without a number: run python -m tests.faults.boundaries")


def report() -> str:
    """Say how often each boundary was passed."""
    return json.dumps({number: times for (number, side), times in passed.items() if side == "after"})

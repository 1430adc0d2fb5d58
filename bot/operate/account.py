"""Account: the few plain questions an operator's verb asks Telegram before or without the bot."""

import json
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.core.clock import Clock
from bot.operate.problem import WRONG, Problem
from bot.settings import Settings

TIMEOUT = aiohttp.ClientTimeout(total=15)
REJECTED = {401, 404}  # Telegram answers 404 to what does not even look like a token


class TelegramAway(Exception):
    """Telegram did not answer, or answered nonsense."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the Bot API. ``skew`` is how many seconds our clock is ahead of Telegram's, if it told."""

    status: int
    result: Any
    skew: float | None = None

    @property
    def rejected(self) -> bool:
        """Whether Telegram does not know the token."""
        return self.status in REJECTED


async def ask(settings: Settings, method: str) -> Reply:
    """Call a method without parameters.

    :raises TelegramAway: no answer that could be read came. It holds no text: that could hold the token.
    """
    url = f"{settings.api_url}/bot{settings.need_token()}/{method}"
    clock = Clock()
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            asked = clock.now()
            async with session.get(url) as answer:
                answered = clock.now()
                body = json.loads(await answer.read())
                date = answer.headers.get("Date", "")
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        raise TelegramAway from None
    result = body.get("result") if isinstance(body, dict) else None
    return Reply(answer.status, result, _skew(date, asked + (answered - asked) / 2))


async def username(settings: Settings) -> str:
    """Return the bot's name in links.

    :raises TelegramAway: it cannot be asked now.
    :raises Problem: Telegram does not know the token.
    """
    reply = await ask(settings, "getMe")
    if reply.rejected:
        raise Problem("Telegram rejects LOTSE_TOKEN; ask @BotFather for the present one", WRONG)
    if not isinstance(reply.result, dict) or not reply.result.get("username"):
        raise TelegramAway
    return str(reply.result["username"])


def _skew(date: str, now: datetime) -> float | None:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    # The header has whole seconds, so the true instant lies half a second later on average.
    return now.timestamp() - theirs.timestamp() - 0.5

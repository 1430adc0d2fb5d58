"""Client: calls of the Bot API by method name, over python-telegram-bot's transport and errors."""

from collections.abc import Mapping
from typing import Any

from telegram import InputFile
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

LONG_POLL = 50  # seconds Telegram may keep a getUpdates call waiting
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")


class Client:
    """Speaks to one bot's account; answers are plain JSON, so nothing Telegram adds later can break us."""

    def __init__(self, token: str, api_url: str, calls: BaseRequest, polls: BaseRequest | None = None) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{token}"
        self._calls = calls
        self._polls = polls or calls

    async def open(self) -> None:
        """Open the connections."""
        await self._calls.initialize()
        await self._polls.initialize()

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.shutdown()
        if self._polls is not self._calls:
            await self._polls.shutdown()

    async def call(self, method: str, params: Mapping[str, Any], files: Mapping[str, InputFile] | None = None) -> Any:
        """Call a method; raises python-telegram-bot's errors."""
        return await self._calls.post(f"{self._base}/{method}", _data({**params, **(files or {})}))

    async def updates(self, offset: int | None, timeout: int = LONG_POLL) -> list[dict[str, Any]]:
        """Fetch raw updates; nothing of them is parsed here, so a strange one cannot stall the others."""
        params: dict[str, Any] = {"timeout": timeout, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            params["offset"] = offset
        found: Any = await self._polls.post(f"{self._base}/getUpdates", _data(params), read_timeout=timeout + 10)
        return list(found)


def _data(params: Mapping[str, Any]) -> RequestData:
    return RequestData([RequestParameter.from_input(key, value) for key, value in params.items() if value is not None])

"""A request class for python-telegram-bot that talks to the double in the same process, without sockets."""

import json
from typing import Any
from urllib.parse import urlsplit

from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.demo.telegram import Cut, FakeTelegram, Upload
from bot.demo.values import Json


class DemoRequest(BaseRequest):
    """Hand it to telegram.Bot or ApplicationBuilder.request; cut connections are raised as NetworkError."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        """The library adds this to the timeout of getUpdates."""
        return 1.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, url: str, method: str, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Call the double; `method` is the HTTP method, the Bot API's is the last part of the url."""
        data: RequestData | None = options.get("request_data") or (args[0] if args else None)
        token = urlsplit(url).path.split("/")[-2].removeprefix("bot")
        if token != self._telegram.token:
            answer = self._telegram.unauthorized()
            return answer.status, json.dumps(answer.body).encode()
        try:
            answer = await self._telegram.call(url.rpartition("/")[2], _parameters(data))
        except Cut as cut:
            raise NetworkError(str(cut)) from cut
        return answer.status, json.dumps(answer.body).encode()


def _parameters(data: RequestData | None) -> Json:
    if data is None:
        return {}
    params: Json = dict(data.json_parameters)
    for name, (filename, content, mime) in (data.multipart_data or {}).items():
        params[name] = Upload(str(filename), content if isinstance(content, bytes) else content.read(), mime)
    return params

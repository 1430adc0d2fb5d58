"""python-telegram-bot's transport over aiohttp: several times the rate of the one it brings (docs/decisions)."""

import os
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

# The library's next version gives times as timedelta; asking for that now avoids its warnings.
os.environ.setdefault("PTB_TIMEDELTA", "true")
# Whoever gives up earlier than a slow Telegram answers sends everything twice.
ANSWER = 60.0  # seconds
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KEEP_ALIVE = 60.0  # seconds; a connection to Telegram is dear (TLS), an idle one costs nothing


class NotSent(NetworkError):
    """The call did not reach the server for certain, so it may be repeated without doubling anything."""


class AiohttpRequest(BaseRequest):
    """One pool of connections; make one for calls and one of a single connection for getUpdates."""

    def __init__(self, *, connections: int = 64, timeout: float = ANSWER) -> None:
        self._connections = connections
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds we wait for an answer when a call names no time of its own."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the pool."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=True)

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session:
            await self._session.close()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **timeouts: Any
    ) -> tuple[int, bytes]:
        """Make one call; say through the error whether it may have been carried out.

        :raises NotSent: it was certainly not.
        :raises NetworkError: it may have been.
        """
        if self._session is None:
            raise NotSent("the request pool is not open")
        read = timeouts.get("read_timeout")
        total = float(read) if isinstance(read, int | float) else self._timeout
        timeout = aiohttp.ClientTimeout(total=total, connect=10.0)
        try:
            body, headers = _body(request_data)
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # The cause holds the URL and with it the token: neither its text nor the chain may leave.
            raise NotSent(f"no connection ({type(error).__name__})") from None
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"connection lost ({type(error).__name__})") from None


def _body(data: RequestData | None) -> tuple[Any, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return data.url_encoded_parameters().encode(), FORM
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, {}

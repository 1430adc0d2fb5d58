"""The Bot API over HTTP: reads the three ways of sending parameters and answers what the double says."""

import json
import secrets

from aiohttp import web

from bot.demo.telegram import Answer, Cut, FakeTelegram, Upload
from bot.demo.values import BadRequest, Json, Refused


class BotApi:
    """Serves /bot<token>/<method>."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram

    async def on_call(self, request: web.Request) -> web.Response:
        """One call of the Bot API."""
        token = request.match_info["token"]
        if not secrets.compare_digest(token.encode(), self._telegram.token.encode()):
            return _response(self._telegram.unauthorized())
        try:
            params = await _parameters(request)
            return _response(await self._telegram.call(request.match_info["method"], params))
        except Refused as refused:
            return _response(refused.answer())
        except Cut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)  # nobody receives it: the connection is gone


def _response(answer: Answer) -> web.Response:
    return web.json_response(answer.body, status=answer.status)


async def _parameters(request: web.Request) -> Json:
    params: Json = dict(request.query)
    if request.method == "GET" or not request.can_read_body:
        return params
    if request.content_type == "application/json":
        return params | await _json_object(request)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            params[name] = Upload(value.filename, value.file.read(), value.content_type)
        else:
            params[name] = value if isinstance(value, str) else bytes(value).decode()
    return params


async def _json_object(request: web.Request) -> Json:
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise BadRequest("can't parse the request body as JSON") from error
    if not isinstance(body, dict):
        raise BadRequest("the request body must be a JSON object")
    return body

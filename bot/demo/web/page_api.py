"""What the page (or a test in another process) can ask and do: JSON under /demo."""

import inspect
import json
from collections.abc import Awaitable, Callable
from math import ceil
from urllib.parse import quote

from aiohttp import web

from bot.demo.control import Control
from bot.demo.faults import FaultKind
from bot.demo.telegram import FakeTelegram
from bot.demo.values import Json, Refused
from bot.demo.web import views
from bot.demo.web.events import Feed

PEOPLES_DEEDS = (
    "block channel channel_post deactivate edit forge group kick migrate open_link press raw_update"
    " restart_update_ids say send_any send_contact send_location send_photo send_sticker send_voice"
    " set_language unblock"
)
Deed = Callable[..., object]


class PageApi:
    """The JSON endpoints; each deed takes a JSON object with the names of the method's parameters."""

    def __init__(self, telegram: FakeTelegram, control: Control, feed: Feed) -> None:
        self._telegram = telegram
        self._control = control
        self._feed = feed
        self._deeds: dict[str, Deed] = {name: getattr(telegram, name) for name in PEOPLES_DEEDS.split()}
        self._deeds |= {"user": self._user, "clock": self._clock, "fault": self._fault, "reset": self._reset}
        self.introduce()

    def introduce(self) -> None:
        """Make the personas known to the double, unless the composition root has done so."""
        for persona in self._control.personas():
            if persona.user_id not in self._telegram.world.users:
                self._telegram.user(persona.user_id, persona.title, persona.language)

    def routes(self) -> list[web.RouteDef]:
        """All routes under /demo but the event stream."""
        return [
            web.get("/demo/state", self.on_state),
            web.get("/demo/phone/{user_id:\\d+}", self.on_phone),
            web.get("/demo/ledger", self.on_ledger),
            web.get("/demo/file/{user_id:\\d+}/{message_id:\\d+}", self.on_file),
            web.post("/demo/{deed}", self.on_deed),
        ]

    async def on_state(self, _: web.Request) -> web.Response:
        """GET /demo/state."""
        return web.json_response(views.state_json(self._telegram, self._control))

    async def on_phone(self, request: web.Request) -> web.Response:
        """GET /demo/phone/<user_id>."""
        user_id = int(request.match_info["user_id"])
        if user_id not in self._telegram.world.users:
            raise web.HTTPNotFound
        return web.json_response(views.phone_json(self._telegram, user_id))

    async def on_ledger(self, request: web.Request) -> web.Response:
        """GET /demo/ledger: all calls, or with ?last=n the newest ones."""
        last = int(request.query.get("last", 0))
        calls = self._telegram.ledger.calls
        body = {
            "calls": [call.to_json() for call in calls[-last:]],
            "total": len(calls),
            "polls": self._telegram.ledger.polls,
            "calls_in_halt": self._telegram.limits.calls_in_halt,
            "pending": len(self._telegram.queue.live()),
        }
        return web.json_response(body)

    async def on_file(self, request: web.Request) -> web.Response:
        """GET /demo/file/<user_id>/<message_id>: photos are shown, everything else is saved."""
        user_id, message_id = (int(request.match_info[name]) for name in ("user_id", "message_id"))
        message = self._telegram.world.messages.get(user_id, {}).get(message_id)
        if message is None or message.upload is None:
            raise web.HTTPNotFound
        upload = message.upload
        is_picture = message.kind == "photo" and upload.mime in ("image/png", "image/jpeg")
        way = "inline" if is_picture else "attachment"
        headers = {"Content-Disposition": f"{way}; filename*=UTF-8''{quote(upload.filename)}"}
        kind = upload.mime if is_picture else "application/octet-stream"
        return web.Response(body=upload.content, headers=headers, content_type=kind)

    async def on_deed(self, request: web.Request) -> web.Response:
        """POST /demo/<deed>: {"result": ...}, or status 400 with {"error": ...}."""
        deed = self._deeds.get(request.match_info["deed"])
        if deed is None:
            raise web.HTTPNotFound
        try:
            result = deed(**await _json_object(request))
            if inspect.isawaitable(result):
                result = await result
        except (KeyError, LookupError, TypeError, ValueError, Refused) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response({"result": result if isinstance(result, (int, str)) else None})

    def _user(self, name: str, language: str = "en", user_id: int | None = None) -> int:
        chosen = user_id or max([*self._telegram.world.users, 900]) + 1
        self._telegram.user(chosen, name, language)
        return chosen

    async def _clock(self, minutes: int | None = None) -> None:
        """Jump by minutes, or without them to the next thing that is due."""
        if minutes is None:
            due = self._control.next_due()
            wait = (due - self._control.now()).total_seconds() if due else 0
            minutes = max(0, ceil(wait / 60))
        await _finished(self._control.jump(minutes))
        self._feed.tell("clock")

    def _fault(self, kind: str, count: int = 0, rate: float = 0.0, seconds: float = 1.0) -> None:
        if kind:
            self._telegram.faults.set(FaultKind(kind), count=count, rate=rate, seconds=seconds)
        else:
            self._telegram.faults.clear()
            self._telegram.limits.end_halts()
        self._feed.tell("fault")

    async def _reset(self) -> None:
        self._telegram.reset()
        await _finished(self._control.reset())
        self.introduce()
        self._feed.tell("reset")


async def _finished(work: Awaitable[None] | None) -> None:
    if work is not None:
        await work


async def _json_object(request: web.Request) -> Json:
    # A form of another site can post only with other content types, so this keeps strangers out.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise web.HTTPBadRequest from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body

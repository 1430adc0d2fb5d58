"""FakeTelegram: a strict double of the Bot API without sockets, with the people on the other side of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.demo.double.editing import Editing
from bot.demo.double.limits import Limits
from bot.demo.double.params import read_parameters
from bot.demo.double.phones import Phones
from bot.demo.double.profile import Profile
from bot.demo.double.sending import Sending
from bot.demo.double.updates import UpdateQueue
from bot.demo.double.webhook import Webhook
from bot.demo.double.world import World
from bot.demo.faults import Fault, FaultKind, Faults
from bot.demo.ledger import Call, Ledger
from bot.demo.methods import CANONICAL
from bot.demo.values import (
    Answer,
    Button,
    Cut,
    Json,
    MenuCommand,
    Notice,
    Refused,
    Shown,
    Upload,
)

__all__ = [
    "Answer",
    "Button",
    "Call",
    "Cut",
    "FakeTelegram",
    "Fault",
    "FaultKind",
    "MenuCommand",
    "Notice",
    "Shown",
    "Upload",
]

_ERRORS = {
    FaultKind.SERVER_ERROR: Refused(500, "Internal Server Error"),
    FaultKind.BAD_GATEWAY: Refused(502, "Bad Gateway"),
    FaultKind.BLOCKED: Refused(403, "Forbidden: bot was blocked by the user"),
}


@dataclass
class _Attempt:
    method: str
    params: Json
    chat_id: int
    fault: Fault | None = None

    def is_hit_by(self, *kinds: FaultKind) -> bool:
        return self.fault is not None and self.fault.kind in kinds


class FakeTelegram(Phones):
    """One bot's Telegram: `call` is the Bot API, everything else is what people do and see.

    The clock gives aware UTC instants and decides every expiry; only the waiting of getUpdates, slow calls
    and webhook repeats take real time. With `limits` the flood limits of the real server hold.
    """

    def __init__(
        self,
        *,
        token: str,
        clock: Callable[[], datetime],
        bot_username: str = "lotse_demo_bot",
        limits: bool = False,
    ) -> None:
        world, queue = World(clock, bot_username), UpdateQueue(clock)
        super().__init__(world, queue, Profile(world))
        self.token = token
        self.faults = Faults()
        self.ledger = Ledger()
        self.limits = Limits(limits)
        self.webhook = Webhook(queue, clock)
        self._handlers = self._sync_handlers(Sending(world), Editing(world), self._profile)
        self._waiting: dict[str, Callable[[Json], Awaitable[object]]] = {
            "getUpdates": self._get_updates,
            "setWebhook": self.webhook.set_webhook,
            "deleteWebhook": self.webhook.delete_webhook,
        }

    def _sync_handlers(
        self, sending: Sending, editing: Editing, profile: Profile
    ) -> dict[str, Callable[[Json], object]]:
        handlers: dict[str, Callable[[Json], object]] = {
            "getMe": lambda _: {
                **self.world.bot,
                "can_join_groups": True,
                "can_read_all_group_messages": False,
            },
            "getWebhookInfo": lambda _: self.webhook.info(),
            "sendMessage": sending.send_message,
            "sendDocument": sending.send_document,
            "sendPhoto": sending.send_photo,
            "sendVenue": sending.send_venue,
            "copyMessage": sending.copy_message,
            "sendChatAction": sending.send_chat_action,
            "editMessageText": editing.edit_message_text,
            "editMessageReplyMarkup": editing.edit_message_reply_markup,
            "deleteMessage": editing.delete_message,
            "answerCallbackQuery": editing.answer_callback_query,
            "setMyCommands": profile.set_my_commands,
            "deleteMyCommands": profile.delete_my_commands,
            "getMyCommands": profile.get_my_commands,
            "getChat": profile.get_chat,
            "getChatMember": profile.get_chat_member,
            "leaveChat": profile.leave_chat,
        }
        for what, name in (
            ("name", "Name"),
            ("description", "Description"),
            ("short_description", "ShortDescription"),
        ):
            handlers[f"setMy{name}"] = partial(profile.set_text, what)
            handlers[f"getMy{name}"] = partial(profile.get_text, what)
        return handlers

    def reset(self) -> None:
        """Empty all chats, the queue and the ledger, and switch every fault off; people and menus stay."""
        self.world.reset()
        self.queue.clear()
        self.ledger.clear()
        self.faults.clear()
        self.limits.end_halts()

    @staticmethod
    def unauthorized() -> Answer:
        """The answer to a wrong token."""
        return Refused(401, "Unauthorized").answer()

    async def call(self, method: str, params: Json) -> Answer:
        """Call a Bot API method; nested parameters may be objects or JSON in strings, files are Upload.

        Returns what the server answers, refusals included; raises Cut where a fault breaks the connection.
        """
        name = CANONICAL.get(method.lower())
        if name is None:
            return Refused(404, "Not Found").answer()
        attempt = _Attempt(name, params, _chat_of(params))
        attempt.fault = self.faults.strike(name, attempt.chat_id or None)
        if attempt.is_hit_by(FaultKind.SLOW) and attempt.fault is not None:
            await asyncio.sleep(attempt.fault.seconds)
        if attempt.is_hit_by(FaultKind.LOST_REQUEST):
            self._note(attempt, 0, "cut", None)
            raise Cut(executed=False)
        answer = await self._answer(attempt)
        if attempt.is_hit_by(FaultKind.LOST_ANSWER):
            raise Cut(executed=True)
        return answer

    async def _answer(self, attempt: _Attempt) -> Answer:
        try:
            self._gate(attempt)
            result = await self._execute(attempt)
        except Refused as refused:
            self._note(attempt, refused.status, refused.description, None)
            return refused.answer()
        effect = result.get("message_id") if isinstance(result, dict) else None
        self._note(attempt, 200, "ok", effect)
        return Answer(200, {"ok": True, "result": result})

    def _gate(self, attempt: _Attempt) -> None:
        now = self.world.clock()
        self.limits.check_halt(attempt.method, attempt.chat_id, now)
        if attempt.fault is not None and attempt.fault.kind == FaultKind.TOO_MANY:
            seconds = max(1, round(attempt.fault.seconds))
            self.limits.halt(now + timedelta(seconds=seconds))
            raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        if attempt.fault is not None and attempt.fault.kind in _ERRORS:
            raise _ERRORS[attempt.fault.kind]

    async def _execute(self, attempt: _Attempt) -> object:
        args = read_parameters(attempt.method, attempt.params)
        self.limits.check_rate(attempt.method, attempt.chat_id, self.world.clock())
        if attempt.method in self._waiting:
            return await self._waiting[attempt.method](args)
        return self._handlers[attempt.method](args)

    async def _get_updates(self, args: Json) -> object:
        if "allowed_updates" in args:
            self.queue.allowed = args["allowed_updates"]
        return await self.queue.poll(args.get("offset", 0), args.get("limit", 100), args.get("timeout", 0))

    def _note(self, attempt: _Attempt, status: int, outcome: str, effect: int | None) -> None:
        self.ledger.note(
            Call(
                number=0,
                method=attempt.method,
                chat_id=attempt.chat_id or None,
                params=attempt.params,
                at=self.world.clock(),
                status=status,
                outcome=outcome,
                effect_message_id=effect,
                fault=str(attempt.fault.kind) if attempt.fault else "",
            )
        )
        self.world.changed("calls")


def _chat_of(params: Json) -> int:
    given = str(params.get("chat_id", ""))
    return int(given) if given.lstrip("-").isdigit() else 0

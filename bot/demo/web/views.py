"""The JSON that the page reads: the state of the demo, one phone, the list of calls."""

from dataclasses import asdict
from datetime import datetime

from bot.demo.control import Control
from bot.demo.telegram import FakeTelegram, Notice, Shown
from bot.demo.values import Json

LAST_NOTICES = 5
LAST_MESSAGES = 300


def state_json(telegram: FakeTelegram, control: Control) -> Json:
    """What the whole page needs: people, clock, faults."""
    due = control.next_due()
    people = {persona.user_id: asdict(persona) for persona in control.personas()}
    for user in telegram.world.users.values():
        made = {"user_id": user.id, "title": user.first_name, "role": "stranger"}
        people.setdefault(user.id, made)["language"] = user.language_code
    return {
        "bot_username": telegram.world.bot["username"],
        "now": control.now().isoformat(),
        "next_due": due.isoformat() if due else None,
        "personas": list(people.values()),
        "fault": fault_json(telegram),
        "calls": len(telegram.ledger.calls),
    }


def fault_json(telegram: FakeTelegram) -> Json:
    """The first fault that is on, and how often each kind has struck."""
    struck = dict(telegram.faults.struck)
    active = telegram.faults.active
    if not active:
        return {"kind": "", "count": 0, "rate": 0, "struck": struck}
    return {"kind": active[0].kind, "count": active[0].count, "rate": active[0].rate, "struck": struck}


def phone_json(telegram: FakeTelegram, user_id: int) -> Json:
    """All that one phone shows."""
    user = telegram.world.users[user_id]
    language = user.language_code
    return {
        "user_id": user_id,
        "name": user.first_name,
        "language": language,
        "started": user.started,
        "blocked": user.blocked,
        "bot_name": telegram.bot_name(language),
        "bot_description": telegram.bot_description(language),
        "messages": [message_json(shown) for shown in telegram.chat(user_id)[-LAST_MESSAGES:]],
        "keyboard": telegram.reply_keyboard(user_id),
        "menu": [asdict(command) for command in telegram.commands_for(user_id)],
        "notices": [_notice_json(notice) for notice in telegram.notices(user_id)[-LAST_NOTICES:]],
    }


def message_json(shown: Shown) -> Json:
    """One message; a file is told by its name and size."""
    upload = shown.document
    return {
        **{name: getattr(shown, name) for name in ("message_id", "from_bot", "kind", "text", "html")},
        "date": shown.date.isoformat(),
        "edited": shown.edited,
        "deleted": shown.deleted,
        "buttons": [[asdict(button) for button in row] for row in shown.buttons],
        "file": upload and {"name": upload.filename, "bytes": len(upload.content)},
        "fields": shown.fields,
    }


def _notice_json(notice: Notice) -> Json:
    body = asdict(notice)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in body.items()}

"""What everybody may see, take along and have deleted of her own."""

import json

from bot.chat.context import BotContext
from bot.chat.feature import RenderContext
from bot.core.consent import Purpose
from bot.core.due import Appointment
from bot.core.erasure import erase_person
from bot.core.message import Document, Html
from bot.core.outbox import Message
from bot.core.personal_data import in_order_of_erasure, personal_data_of
from bot.core.refusal import Gone
from bot.features.organisations.queries import all_organisations
from bot.features.privacy import jobs, messages, queries, services

SCHEMA = 1  # of the file; grows when its shape changes


def on_privacy(c: BotContext) -> None:
    """Show what is kept and what she agreed to."""
    _show(c, None)


def _show(c: BotContext, notice: Html | None) -> None:
    responsible = [organisation.name for organisation in all_organisations(c.session)]
    screen = messages.privacy(c.t, queries.standings(c.session, c.person.key), responsible)
    c.show(screen.noticed(notice) if notice else screen)


def on_agree(c: BotContext) -> None:
    """Note that she agrees to a purpose."""
    services.agree(c.uow, c.person, _purpose(c))
    _show(c, messages.changed(c.t, agreed=True))


def on_withdraw(c: BotContext) -> None:
    """Note that she agrees to a purpose no longer."""
    services.withdraw(c.uow, c.person, _purpose(c))
    _show(c, messages.changed(c.t, agreed=False))


def _purpose(c: BotContext) -> Purpose:
    if not 0 <= c.entity < len(Purpose):
        raise Gone
    return list(Purpose)[c.entity]


def on_mydata(c: BotContext) -> None:
    """Send her file; once a minute is enough."""
    c.show(messages.mydata_follows(c.t))
    c.uow.outbox.tell(c.person, Message("privacy.mydata", f"privacy.mydata:{c.uow.now:%Y%m%d%H%M}"))


def render_mydata(context: RenderContext) -> Document:
    """Write the file when it leaves, so that nothing of it stays in the store."""
    entries = context.registry.personal_data if context.registry else ()
    content = {
        "schema": SCHEMA,
        "made_at": context.now.isoformat(),
        "data": personal_data_of(context.session, context.person.key, entries),
    }
    written = json.dumps(content, ensure_ascii=False, indent=2, default=str)
    return Document("lotse-my-data.json", written.encode(), messages.mydata_caption(context.t))


def on_forget(c: BotContext) -> None:
    """Say what will happen, before it does."""
    c.show(messages.forget(c.t))


def on_forget_sure(c: BotContext) -> None:
    """Erase her in this one unit of work; the good-bye goes to a chat behind which nobody is kept."""
    chat_id = c.person.telegram_id
    entries = in_order_of_erasure([feature.personal_data for feature in c.house.registry.features])
    erase_person(c.uow, c.person, entries)
    c.uow.outbox.strip(chat_id, c.event.message_id, origin=c.origin)
    c.uow.outbox.answer_chat(chat_id, messages.goodbye(c.t), origin=c.origin)
    c.uow.due.soon(Appointment(jobs.TIDY, at=c.uow.now + jobs.TIDY_AFTER))

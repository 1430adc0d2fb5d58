"""Groups and membership: what happens around private chats, where we say little and keep nothing."""

from sqlalchemy import update
from sqlmodel import col

from bot.chat.context import House
from bot.chat.event import Event, Kind
from bot.core.card import Card
from bot.core.message import Button, Screen
from bot.core.outbox import Outgoing
from bot.core.person import Person, person_by_telegram_id
from bot.core.store import UnitOfWork
from bot.core.translation import Translator


def on_group_command(uow: UnitOfWork, event: Event, house: House, origin: str) -> None:
    """Answer a greeting in a group with the way to the private chat; stay silent otherwise, as guests do."""
    if event.command not in {"start", "help"}:
        return
    t = Translator(event.language if event.language in house.locales else "", house.zone)
    text = t("I help in a private chat, so that nobody else reads along. Please tap the button.")
    row = (Button(t.button("Open the private chat"), url=house.link("group")),)
    uow.outbox.answer_chat(event.chat_id, Screen(text, (row,)), origin=origin)


def on_membership(uow: UnitOfWork, event: Event, house: House) -> None:
    """Note that somebody blocked or unblocked us; features hear of it, so that no place stays silently empty."""
    person = person_by_telegram_id(uow.session, event.user_id)
    if person is None or not event.private:
        return
    mark_reachable(uow, person.key, event.kind == Kind.UNBLOCKED, house)


def mark_reachable(uow: UnitOfWork, person_id: int, reachable: bool, house: House) -> None:
    """Note whether a person can be written to, and tell the features when she no longer can."""
    person = uow.session.get(Person, person_id)
    if person is None or person.reachable == reachable:
        return
    person.reachable = reachable
    uow.session.add(person)
    uow.session.flush()
    if not reachable:
        for feature in house.registry.features:
            if feature.unreachable:
                feature.unreachable(uow, person)


def on_migration(uow: UnitOfWork, event: Event) -> None:
    """Follow a group to its new id."""
    move_chat(uow, event.chat_id, event.new_chat_id)


def move_chat(uow: UnitOfWork, old: int, new: int) -> None:
    """Replace a chat's id wherever we keep it, in one transaction."""
    for table in (Outgoing, Card):
        uow.session.execute(update(table).where(col(table.chat_id) == old).values(chat_id=new))

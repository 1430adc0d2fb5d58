"""Inviting: the link that makes somebody an admin or the first coordinator of an organisation."""

import asyncio
import difflib

from sqlmodel import select

from bot.core.keyring import open_keyring
from bot.core.person import Role
from bot.core.store import Store
from bot.operate.account import TelegramAway, username
from bot.operate.opening import open_current_store
from bot.operate.problem import WRONG, Problem
from bot.settings import Settings


def invitation_link(settings: Settings, organisation: str | None) -> str:
    """Make a link for a coordinator of this organisation (its key), or without one for an admin.

    :raises Problem: there is no such organisation, or the bot's name cannot be asked for.
    """
    name = _bot_name(settings)
    store = open_current_store(settings)
    try:
        return f"https://t.me/{name}?start=inv-{_invite(store, organisation)}"
    finally:
        store.close()


def _bot_name(settings: Settings) -> str:
    try:
        return asyncio.run(username(settings))
    except TelegramAway:
        raise Problem("Telegram does not answer, and a link needs the bot's name; try again later") from None


def _invite(store: Store, organisation: str | None) -> str:
    from bot.features.organisations.models import Organisation
    from bot.features.organisations.services import create_invitation

    with store.unit_of_work() as uow:
        keyring = open_keyring(uow.session)
        if organisation is None:
            return create_invitation(uow, keyring, Role.ADMIN, None)
        keys = {found.key: found.id for found in uow.session.exec(select(Organisation))}
        if organisation not in keys:
            raise Problem(f"There is no organisation {organisation}; {_known(organisation, list(keys))}", WRONG)
        return create_invitation(uow, keyring, Role.COORDINATOR, keys[organisation])


def _known(wanted: str, keys: list[str]) -> str:
    if not keys:
        return "enter some first: lotse seed FILE"
    near = difflib.get_close_matches(wanted, keys, n=1)
    return f"did you mean {near[0]}?" if near else f"there are: {' '.join(sorted(keys))}"

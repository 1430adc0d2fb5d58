"""Entering a place: its name and its address."""

from typing import Any

from bot.chat.context import BotContext
from bot.chat.forms import Ask, BadInput, Data, Form, Step
from bot.core.message import Html
from bot.core.refusal import Gone
from bot.core.translation import B_
from bot.features.organisations import messages, queries, services
from bot.features.organisations.models import Place

PLACE_LIMIT = 80  # characters: a place must fit a line


def ask_name(c: BotContext, data: Data) -> Ask:
    """Ask for the place's name."""
    return Ask(c.t("What is the place called? Write it as people say it, for example: Café International"))


def ask_address(c: BotContext, data: Data) -> Ask:
    """Ask for the place's address."""
    return Ask(c.t("Where is it? Write street and number, or skip this."))


def receive_line(c: BotContext, data: Data, text: str) -> str:
    """Take one typed line."""
    if len(text) > PLACE_LIMIT or "\n" in text:
        raise BadInput(c.t("Please write one line of at most {limit} letters.", limit=PLACE_LIMIT))
    return text


def place_of(data: dict[str, Any]) -> Place:
    """Read the draft's answers."""
    return Place(organisation_id=data["_organisation"], name=data["name"], address=data.get("address") or "")


def summary(c: BotContext, data: Data) -> Html:
    """Show both answers once more."""
    return messages.place_line(c.t, place_of(data))


def finish(c: BotContext, data: Data) -> None:
    """Enter the place; the right is asked of the store only now."""
    place = services.add_place(c.uow, c.person.key, place_of(data))
    organisation = queries.organisation(c.session, data["_organisation"])
    if organisation is None:
        raise Gone
    c.show(messages.place_added(c.t, organisation, place))


FORM = Form(
    name="place",
    steps=(
        Step("name", ask_name, receive_line, label=B_("Name")),
        Step("address", ask_address, receive_line, optional=True, label=B_("Address")),
    ),
    summary=summary,
    finish=finish,
    confirm=B_("Enter the place"),
)

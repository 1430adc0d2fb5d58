"""Organisations carry the help: each has coordinators, places and doors where people are advised.

Coordinators come by invitation only; a link works once and for a few days.
"""

from bot.chat.feature import Action, Command, Feature, MenuEntry
from bot.chat.guards import anyone, is_admin, is_coordinator
from bot.core.condition import COORDINATES, EVERYBODY
from bot.core.personal_data import PersonalData, table_data
from bot.core.translation import B_, N_
from bot.features.organisations import conversation, coordinator, handlers, services
from bot.features.organisations.models import Invitation, WrongTry

FEATURE = Feature(
    name="organisations",
    commands=(
        Command("offers", handlers.on_offers, anyone, N_("Find the right door"), ("offers", "beratung")),
        Command("organisation", coordinator.on_organisation, is_coordinator, N_("My organisation")),
    ),
    actions=(
        Action("offer.list", handlers.on_offers, anyone),
        Action("offer.topic", handlers.on_topic, anyone),
        Action("organisation.list", coordinator.on_organisation, is_coordinator),
        Action("organisation.desk", coordinator.on_desk, is_coordinator),
        Action("organisation.invite", coordinator.on_invite, is_coordinator),
        Action("organisation.invite_admin", coordinator.on_invite_admin, is_admin),
        Action("organisation.add_place", coordinator.on_add_place, is_coordinator),
        Action("organisation.team", coordinator.on_team, is_coordinator),
        Action("organisation.remove", coordinator.on_remove, is_admin),
        Action("organisation.remove.sure", coordinator.on_remove_sure, is_admin),
    ),
    forms=(conversation.FORM,),
    renderers={
        "organisation.coordinator_joined": handlers.render_joined,
        "organisation.coordinator_removed": handlers.render_removed,
        "organisation.coordinator_left": handlers.render_left,
        "organisation.coordinator_unreachable": handlers.render_unreachable,
    },
    menu=(
        MenuEntry(60, B_("🏛 My organisation"), "organisation.list", COORDINATES),
        MenuEntry(70, B_("🚪 Find the right door"), "offer.list", EVERYBODY),
    ),
    start_links={"inv": handlers.on_invitation},
    personal_data=(
        # No table of its own: rights are erased by the core, but colleagues must hear that somebody left.
        PersonalData("coordinating", (), services.show_coordinating, services.erase_coordinating),
        PersonalData("invitations", (Invitation,), services.show_invitations, services.erase_invitations),
        table_data("wrong_invitations", WrongTry),
    ),
    unreachable=services.on_unreachable,
)

"""The coordinators' desk: their organisation, its places, its team, and invitations to it."""

from bot.chat.context import BotContext
from bot.chat.form_walk import begin
from bot.chat.guards import is_admin
from bot.core.person import Person, Role, coordinators, require_coordinator
from bot.core.refusal import Gone
from bot.features.organisations import messages, queries, rules, services
from bot.features.organisations.models import Organisation


def on_organisation(c: BotContext) -> None:
    """Show the desk; whoever coordinates several organisations chooses one first."""
    mine = queries.organisations_of(c.session, c.person)
    admin = is_admin(c.session, c.person)
    if len(mine) == 1 and not admin:
        _show_desk(c, mine[0], among_several=False)
    else:
        c.show(messages.choose(c.t, mine, admin=admin))


def on_desk(c: BotContext) -> None:
    """Show the desk of one organisation."""
    several = len(queries.organisation_ids_of(c.session, c.person)) > 1
    _show_desk(c, _my_organisation(c, c.entity), among_several=several or is_admin(c.session, c.person))


def on_invite(c: BotContext) -> None:
    """Make an invitation to an organisation and show its link, this once."""
    _invite(c, Role.COORDINATOR, _my_organisation(c, c.entity))


def on_invite_admin(c: BotContext) -> None:
    """Make an invitation for an admin and show its link, this once."""
    _invite(c, Role.ADMIN, None)


def on_add_place(c: BotContext) -> None:
    """Ask for a place's name and address."""
    begin(c, "place", {"_organisation": _my_organisation(c, c.entity).number})


def on_team(c: BotContext) -> None:
    """Show who coordinates an organisation."""
    _show_team(c, _my_organisation(c, c.entity))


def on_remove(c: BotContext) -> None:
    """Ask before a coordinator loses her right."""
    organisation = _my_organisation(c, c.arg)
    c.show(messages.confirm_remove(c.t, organisation, _member(c, organisation)))


def on_remove_sure(c: BotContext) -> None:
    """Take a coordinator's right away."""
    organisation = _my_organisation(c, c.arg)
    services.remove_coordinator(c.uow, c.person.key, c.entity, organisation.number)
    _show_team(c, organisation)


def _my_organisation(c: BotContext, number: int) -> Organisation:
    """Return an organisation this person coordinates at this moment.

    :raises NotAllowed: she does not; whether there is such an organisation is not told.
    """
    require_coordinator(c.session, c.person.key, number)
    organisation = queries.organisation(c.session, number)
    if organisation is None:
        raise Gone
    return organisation


def _member(c: BotContext, organisation: Organisation) -> Person:
    for person in coordinators(c.session, organisation.number):
        if person.key == c.entity:
            return person
    raise Gone


def _show_desk(c: BotContext, organisation: Organisation, *, among_several: bool) -> None:
    values = messages.Desk(
        organisation=organisation,
        places=queries.places_for(c.session, organisation.number),
        coordinators=len(coordinators(c.session, organisation.number)),
        among_several=among_several,
    )
    c.show(messages.desk(c.t, values))


def _show_team(c: BotContext, organisation: Organisation) -> None:
    people = coordinators(c.session, organisation.number)
    c.show(messages.team(c.t, organisation, people, admin=is_admin(c.session, c.person)))


def _invite(c: BotContext, role: Role, organisation: Organisation | None) -> None:
    scope = organisation.number if organisation else None
    token = services.create_invitation(c.uow, c.house.keyring, role, scope, c.person.key)
    link = c.house.link(f"inv-{token}")
    c.show(messages.invitation(c.t, organisation, link, c.uow.now + rules.VALID_FOR))

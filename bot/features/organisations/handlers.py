"""What everybody may do: accept an invitation, look for the right door; and what colleagues are told."""

from bot.chat.context import BotContext
from bot.chat.feature import RenderContext
from bot.core.message import Screen
from bot.core.paging import page_of
from bot.core.person import Person, is_coordinator_of
from bot.features.organisations import messages, queries, rules, services
from bot.features.organisations.models import Invitation

TOPICS_A_PAGE = 4  # with "More…" and "Home" six buttons
DOORS_A_PAGE = 3


def on_invitation(c: BotContext) -> None:
    """Accept the invitation of a link; whoever has no name yet is called as her profile says."""
    accepted = services.accept_invitation(c.uow, c.house.keyring, c.person.key, c.args)
    if accepted is None:
        c.show(messages.bad_invitation(c.t))
        return
    if not c.person.name:
        c.person.name = rules.name_from_profile(c.event.name)
        c.session.add(c.person)
    c.show(messages.welcome(c.t, accepted.organisation))


def on_offers(c: BotContext) -> None:
    """Show what the doors are about; topics we have words for come first."""
    offered = queries.topics_offered(c.session)
    topics = [topic for topic in messages.TOPICS if topic in offered]
    topics += sorted(offered - set(topics))
    c.show(messages.doors(c.t, page_of(topics, c.arg, TOPICS_A_PAGE)))


def on_topic(c: BotContext) -> None:
    """Show the doors for a topic."""
    offered = {rules.topic_number(topic): topic for topic in queries.topics_offered(c.session)}
    topic = offered.get(c.entity)
    if topic is None:
        on_offers(c)
        return
    page = page_of(queries.offers_about(c.session, topic), c.arg, DOORS_A_PAGE)
    c.show(messages.doors_about(c.t, topic, page))


def render_joined(context: RenderContext) -> Screen | None:
    """Tell of a new coordinator; somebody who was erased meanwhile stays unnamed."""
    invitation = context.session.get(Invitation, context.args["id"])
    if invitation is None or invitation.used_by is None:
        return None
    scope = invitation.organisation_id
    joined = context.session.get(Person, invitation.used_by)
    organisation = queries.organisation(context.session, scope) if scope else None
    return messages.coordinator_joined(context.t, organisation, joined.name if joined else "")


def render_removed(context: RenderContext) -> Screen | None:
    """Tell somebody that she coordinates no longer, unless she was invited again meanwhile."""
    organisation = queries.organisation(context.session, context.args["id"])
    if organisation is None or is_coordinator_of(context.session, context.person.key, organisation.number):
        return None
    return messages.coordinator_removed(context.t, organisation)


def render_left(context: RenderContext) -> Screen | None:
    """Tell of a coordinator who left."""
    return _render_lost(context, for_good=True)


def render_unreachable(context: RenderContext) -> Screen | None:
    """Tell of a coordinator who gets no messages any more."""
    return _render_lost(context, for_good=False)


def _render_lost(context: RenderContext, *, for_good: bool) -> Screen | None:
    organisation = queries.organisation(context.session, context.args["id"])
    if organisation is None or not is_coordinator_of(context.session, context.person.key, organisation.number):
        return None
    return messages.coordinator_lost(context.t, organisation, for_good=for_good)

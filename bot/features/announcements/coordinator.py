"""What coordinators tap: announce a shift, write to many, watch how far it got, stop it, take it back."""

from bot.chat.context import BotContext
from bot.chat.feature import RenderContext
from bot.chat.form_screens import SUMMARY
from bot.chat.form_walk import begin
from bot.core.message import Screen, escaped
from bot.core.person import is_coordinator_of
from bot.core.refusal import Gone
from bot.features.announcements import conversation, messages, queries, services
from bot.features.announcements.rules import ASK_FROM
from bot.features.shifts.queries import facts as facts_of
from bot.features.shifts.queries import people_to_tell


def render_announcement(r: RenderContext) -> Screen | None:
    """The report on a shift's announcement, for its coordinators."""
    facts = facts_of(r.session, r.args["id"])
    if facts is None or not is_coordinator_of(r.session, r.person.key, facts.shift.organisation_id):
        return None
    topic = queries.announcement_topic(facts.shift.key)
    standing = queries.standing(r.session, topic)
    answers = queries.answers(r.session, facts.shift.key, topic)
    return messages.call_report(r.t, facts, queries.Report(r.now, standing, answers))


def render_broadcast(r: RenderContext) -> Screen | None:
    """The report on a broadcast, for the coordinators of its organisation."""
    found = queries.broadcast(r.session, r.args["id"])
    if found is None or not is_coordinator_of(r.session, r.person.key, found.organisation_id):
        return None
    words = escaped(queries.texts_of(r.session, found.key)[found.original])
    standing = queries.broadcast_standing(r.session, found)
    return messages.broadcast_report(r.t, found, words, queries.Report(r.now, standing))


def on_publish(c: BotContext) -> None:
    """Announce a shift; very many people only after a second look at the count."""
    shift = services.managed_shift(c.uow, c.person.key, c.entity)
    count = people_to_tell(c.session, shift, c.house.zone)
    if count > ASK_FROM and not c.arg:
        c.show(messages.confirm_call(c.t, shift.key, count))
        return
    services.announce_shift(c.uow, c.person.key, shift.key)
    _show(c, "announcement", c.entity)


def on_report(c: BotContext) -> None:
    """Show how far an announcement got."""
    shift = services.managed_shift(c.uow, c.person.key, c.entity)
    _show(c, "announcement", shift.key)


def on_stop(c: BotContext) -> None:
    """Hold back the rest of an announcement."""
    services.stop_telling(c.uow, c.person.key, "announcement", c.entity)
    _show(c, "announcement", c.entity)


def on_continue(c: BotContext) -> None:
    """Let the rest of an announcement go."""
    services.continue_telling(c.uow, c.person.key, "announcement", c.entity)
    _show(c, "announcement", c.entity)


def on_broadcast(c: BotContext) -> None:
    """Begin a message to many."""
    begin(c, "broadcast", conversation.start_of(c))


def on_broadcast_report(c: BotContext) -> None:
    """Show how far a broadcast got."""
    found = services.managed_broadcast(c.uow, c.person.key, c.entity)
    _show(c, "broadcast", found.key)


def on_recall(c: BotContext) -> None:
    """Take a broadcast back."""
    services.recall_broadcast(c.uow, c.person.key, c.entity)
    _show(c, "broadcast", c.entity)


def on_edit(c: BotContext) -> None:
    """Open a broadcast that was taken back as a draft again."""
    found = services.managed_broadcast(c.uow, c.person.key, c.entity)
    begin(c, "broadcast", conversation.data_of(c, found), at=SUMMARY)


def on_broadcast_stop(c: BotContext) -> None:
    """Hold back the rest of a broadcast."""
    services.stop_telling(c.uow, c.person.key, "broadcast", c.entity)
    _show(c, "broadcast", c.entity)


def on_broadcast_continue(c: BotContext) -> None:
    """Let the rest of a broadcast go."""
    services.continue_telling(c.uow, c.person.key, "broadcast", c.entity)
    _show(c, "broadcast", c.entity)


def _show(c: BotContext, kind: str, entity: int) -> None:
    if not c.show_card(kind, entity):
        raise Gone

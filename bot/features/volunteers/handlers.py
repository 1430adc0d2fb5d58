"""Commands and buttons of volunteers."""

from bot.chat.context import BotContext
from bot.chat.form_screens import SUMMARY
from bot.chat.form_walk import begin
from bot.features.volunteers import conversation, messages, queries, services


def on_volunteer(c: BotContext) -> None:
    """Show a volunteer her entry; lead others into the sign-up."""
    volunteer = queries.volunteer_of(c.session, c.person.key)
    if volunteer is None:
        c.show(messages.consent(c.t))
        return
    profile = conversation.profile_of(conversation.draft_of(c))
    text = messages.profile_text(c.t, profile, queries.all_activities(c.session))
    c.show(messages.profile(c.t, text, paused=volunteer.paused))


def on_consent(c: BotContext) -> None:
    """Begin the sign-up once the short text was agreed to; the consent itself is kept with the entry at the end."""
    if queries.volunteer_of(c.session, c.person.key) is None:
        begin(c, "volunteer", conversation.draft_of(c))
    else:
        on_volunteer(c)


def on_edit(c: BotContext) -> None:
    """Open the summary with everything filled in, to change single parts."""
    if queries.volunteer_of(c.session, c.person.key) is None:
        on_volunteer(c)
    else:
        begin(c, "volunteer", conversation.draft_of(c), at=SUMMARY)


def on_pause(c: BotContext) -> None:
    """Take a break."""
    services.pause(c.uow, c.person.key)
    on_volunteer(c)


def on_resume(c: BotContext) -> None:
    """Come back from a break."""
    services.pause(c.uow, c.person.key, paused=False)
    on_volunteer(c)


def on_leave(c: BotContext) -> None:
    """Ask before what cannot be undone."""
    c.show(messages.leave(c.t))


def on_leave_sure(c: BotContext) -> None:
    """Stop volunteering."""
    services.leave(c.uow, c.person.key)
    c.show(messages.left(c.t))

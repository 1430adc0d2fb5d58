"""Form walk: opens a person's form, shows where she is, takes her answers and moves on."""

from typing import Any

from bot.chat import form_screens
from bot.chat.context import BotContext
from bot.chat.conversations import Conversation, conversation_of
from bot.chat.form_screens import SUMMARY
from bot.chat.forms import BadInput, Data, Form, Step
from bot.core.message import Html


def begin(c: BotContext, name: str, data: Data | None = None, *, at: str = "") -> None:
    """Open a form with what is known already; ``at`` is the first step shown, or ``SUMMARY``.

    An older draft of another form is dropped: the person chose to do something else.
    """
    form: Form = c.house.registry.forms[name]
    old = conversation_of(c.session, c.person.key)
    talk = old or Conversation(person_id=c.person.key, form=name, updated_at=c.uow.now)
    talk.form, talk.data, talk.page, talk.returns = name, dict(data or {}), 0, False
    talk.step = at or form.asked(talk.data)[0].name
    # Buttons of an earlier form must not act on this one; 31 bits of the time tell them apart.
    talk.serial = max(talk.serial + 1, int(c.uow.now.timestamp()) & 0x7FFFFFFF)
    display(c, form, talk)


def form_is_open(c: BotContext) -> bool:
    """Say whether the person is filling something in."""
    return conversation_of(c.session, c.person.key) is not None


def redisplay(c: BotContext, notice: Html | None = None) -> bool:
    """Show the open form's present screen again; return False if none is open."""
    talk = conversation_of(c.session, c.person.key)
    if talk is None:
        return False
    form: Form = c.house.registry.forms[talk.form]
    if talk.is_stale(c.uow.now):
        c.show(form_screens.resume(c, form, talk))
    else:
        display(c, form, talk, notice)
    return True


def receive_text(c: BotContext, text: str) -> bool:
    """Take typed text as the answer to the present step; return False if no form is open."""
    talk = conversation_of(c.session, c.person.key)
    if talk is None:
        return False
    form: Form = c.house.registry.forms[talk.form]
    if talk.is_stale(c.uow.now):
        c.show(form_screens.resume(c, form, talk))
        return True
    step = form.step(talk.step) if talk.step != SUMMARY else None
    if step is None or step.typed is None:
        display(c, form, talk, c.t("Please tap one of the buttons below."))
        return True
    try:
        value = step.typed(c, talk.data, text)
    except BadInput as bad:
        display(c, form, talk, bad.reason)
        return True
    answer(c, form, talk, value)
    return True


def close(c: BotContext) -> bool:
    """Drop the draft; return False if there was none."""
    talk = conversation_of(c.session, c.person.key)
    if talk is None:
        return False
    c.session.delete(talk)
    c.session.flush()
    return True


def display(c: BotContext, form: Form, talk: Conversation, notice: Html | None = None) -> None:
    if talk.step == SUMMARY:
        screen = form_screens.summary(c, form, talk, notice)
    else:
        screen = form_screens.question(c, form, talk, notice)
    _keep(c, talk)
    c.show(screen)


def _keep(c: BotContext, talk: Conversation) -> None:
    talk.data, talk.options = dict(talk.data), list(talk.options)  # fresh objects, so that the change is seen
    talk.updated_at = c.uow.now
    c.session.add(talk)
    c.session.flush()


def answer(c: BotContext, form: Form, talk: Conversation, value: Any) -> None:
    step = form.step(talk.step)
    before = talk.data
    talk.data = {**before, step.name: value}
    try:
        if step.chosen:
            step.chosen(c, talk.data)
    except BadInput as bad:
        talk.data = before
        display(c, form, talk, bad.reason)
        return
    if conversation_of(c.session, c.person.key) is talk:  # the step may have ended the conversation
        _advance(c, form, talk, step)


def _advance(c: BotContext, form: Form, talk: Conversation, step: Step) -> None:
    following = form.after(step.name, talk.data)
    if talk.returns:
        # A changed answer may open questions that were not asked before.
        while following and following.name in talk.data:
            following = form.after(following.name, talk.data)
    talk.page = 0
    talk.step = following.name if following else SUMMARY
    display(c, form, talk)

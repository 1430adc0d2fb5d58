"""Form actions: what the buttons of every form do; the end calls the form's one service."""

from bot.chat.context import BotContext
from bot.chat.conversations import Conversation, conversation_of
from bot.chat.feature import Action, Feature
from bot.chat.form_screens import SUMMARY
from bot.chat.form_walk import answer, begin, close, display, redisplay
from bot.chat.forms import Form, Step
from bot.chat.guards import anyone


def _press(c: BotContext) -> tuple[Form, Conversation] | None:
    """Return the open form this press belongs to; else show what is true now."""
    talk = conversation_of(c.session, c.person.key)
    if talk is None:
        # A second tap on the last button comes here: its screen shows the outcome already.
        if c.person.screen_id != c.event.message_id:
            _older_screen(c)
        return None
    form: Form = c.house.registry.forms[talk.form]
    if c.press is None or (c.press.entity, c.press.revision) != (form.number(talk.step), talk.serial):
        _older_screen(c)
        return None
    return form, talk


def _older_screen(c: BotContext) -> None:
    c.alert(str(c.t("This was an older screen. Here is where you are now.")))
    if not redisplay(c):
        c.house.registry.commands["start"].handler(c)


def _step_press(c: BotContext) -> tuple[Form, Conversation, Step] | None:
    found = _press(c)
    if found is None:
        return None
    form, talk = found
    if talk.step == SUMMARY or talk.is_stale(c.uow.now):
        redisplay(c)
        return None
    return form, talk, form.step(talk.step)


def on_pick(c: BotContext) -> None:
    """Take a single choice."""
    found = _step_press(c)
    if found:
        form, talk, step = found
        if step.many or not 0 <= c.arg < len(talk.options):
            redisplay(c)
        else:
            answer(c, form, talk, talk.options[c.arg])


def on_toggle(c: BotContext) -> None:
    """Put one of several choices in or out."""
    found = _step_press(c)
    if not found:
        return
    form, talk, step = found
    if step.many and 0 <= c.arg < len(talk.options):
        value = talk.options[c.arg]
        chosen = list(talk.data.get(step.name) or [])
        chosen = [v for v in chosen if v != value] if value in chosen else [*chosen, value]
        talk.data = {**talk.data, step.name: chosen}
    display(c, form, talk)


def on_next(c: BotContext) -> None:
    """Go on from a question with several choices."""
    found = _step_press(c)
    if found:
        form, talk, step = found
        chosen = talk.data.get(step.name) or []
        if step.many and len(chosen) >= step.at_least:
            answer(c, form, talk, chosen)
        else:
            redisplay(c)


def on_skip(c: BotContext) -> None:
    """Leave an optional question unanswered."""
    found = _step_press(c)
    if found:
        form, talk, step = found
        if step.optional:
            answer(c, form, talk, [] if step.many else "")
        else:
            redisplay(c)


def on_page(c: BotContext) -> None:
    """Show further options."""
    found = _step_press(c)
    if found:
        form, talk, _ = found
        talk.page = c.arg
        display(c, form, talk)


def on_back(c: BotContext) -> None:
    """Go back one question, or to the summary when a single answer was being changed."""
    found = _step_press(c)
    if found:
        form, talk, step = found
        previous = None if talk.returns else form.before(step.name, talk.data)
        talk.page = 0
        talk.step = SUMMARY if talk.returns else (previous or step).name
        display(c, form, talk)


def on_edit(c: BotContext) -> None:
    """Change one answer from the summary."""
    found = _press(c)
    if found:
        form, talk = found
        if talk.step == SUMMARY and 0 <= c.arg < len(form.steps) and form.steps[c.arg].label:
            talk.step, talk.returns, talk.page = form.steps[c.arg].name, True, 0
        display(c, form, talk)


def on_confirm(c: BotContext) -> None:
    """Finish: one service call, and the draft is gone with it."""
    found = _press(c)
    if found:
        form, talk = found
        if talk.step != SUMMARY:
            redisplay(c)
            return
        data = dict(talk.data)
        close(c)
        form.finish(c, data)


def on_cancel(c: BotContext) -> None:
    """Drop the draft and go home."""
    if _press(c):
        close(c)
        c.house.registry.commands["cancel"].handler(c)


def on_resume(c: BotContext) -> None:
    """Go on with an old draft."""
    found = _press(c)
    if found:
        form, talk = found
        display(c, form, talk)


def on_restart(c: BotContext) -> None:
    """Begin an old draft anew, keeping only what the form was opened with."""
    found = _press(c)
    if found:
        form, talk = found
        begin(c, form.name, {k: v for k, v in talk.data.items() if k.startswith("_")})


FEATURE = Feature(
    name="forms",
    actions=tuple(
        Action(f"form.{name}", handler, anyone)
        for name, handler in {
            "pick": on_pick,
            "toggle": on_toggle,
            "next": on_next,
            "skip": on_skip,
            "page": on_page,
            "back": on_back,
            "edit": on_edit,
            "confirm": on_confirm,
            "cancel": on_cancel,
            "resume": on_resume,
            "restart": on_restart,
        }.items()
    ),
)

"""The screens of a form: question, summary, "go on or start again"; one look for all conversations."""

from dataclasses import dataclass

from bot.chat.context import BotContext
from bot.chat.conversations import Conversation
from bot.chat.forms import Ask, Form, Option, Step
from bot.core.message import Button, Html, Rows, Screen, paragraphs

SUMMARY = "summary"


def question(c: BotContext, form: Form, talk: Conversation, notice: Html | None = None) -> Screen:
    """Make the screen of the present step and remember its options, so that a press means what was read."""
    step = form.step(talk.step)
    ask = step.ask(c, talk.data)
    talk.options = [option.value for option in ask.options]
    rows = (*_option_rows(c, form, ask, talk), *_way_rows(c, form, talk))
    return Screen(paragraphs(_progress(c, form, step, talk), ask.text), rows, notice=notice)


def _progress(c: BotContext, form: Form, step: Step, talk: Conversation) -> Html:
    asked = form.asked(talk.data)
    number = [s.name for s in asked].index(step.name) + 1
    return c.t("Step {number}/{count}", number=number, count=len(asked))


@dataclass(frozen=True)
class _Buttons:
    """Makes the buttons of a form's present step; the step's number keeps a late second tap off the next one."""

    form: Form
    talk: Conversation

    def __call__(self, caption: str, action: str, *, arg: int = 0, style: str = "") -> Button:
        place = self.form.number(self.talk.step)
        return Button(caption, f"form.{action}", place, self.talk.serial, arg, style)


def _option_rows(c: BotContext, form: Form, ask: Ask, talk: Conversation) -> Rows:
    step = form.step(talk.step)
    first = talk.page * ask.per_page
    page = list(enumerate(ask.options))[first : first + ask.per_page]
    buttons = [_option(form, step, talk, number, option) for number, option in page]
    rows = [tuple(buttons[i : i + ask.columns]) for i in range(0, len(buttons), ask.columns)]
    if len(ask.options) > ask.per_page:
        pages = -(-len(ask.options) // ask.per_page)
        rows.append((_Buttons(form, talk)(c.t.button("More…"), "page", arg=(talk.page + 1) % pages),))
    return tuple(rows)


def _option(form: Form, step: Step, talk: Conversation, number: int, option: Option) -> Button:
    marked = step.many and option.value in (talk.data.get(step.name) or [])
    caption = f"✅ {option.caption}" if marked else option.caption
    return _Buttons(form, talk)(caption, "toggle" if step.many else "pick", arg=number, style=option.style)


def _way_rows(c: BotContext, form: Form, talk: Conversation) -> Rows:
    step = form.step(talk.step)
    rows: list[tuple[Button, ...]] = []
    chosen = talk.data.get(step.name) or []
    if step.many and len(chosen) >= step.at_least and not (step.optional and not chosen):
        rows.append((_Buttons(form, talk)(c.t.button("Next ›"), "next", style="primary"),))
    if step.optional and not chosen:
        rows.append((_Buttons(form, talk)(c.t.button("Skip ›"), "skip"),))
    way = [_Buttons(form, talk)(c.t.button("✖ Cancel"), "cancel")]
    if talk.returns or form.before(step.name, talk.data):
        way.insert(0, _Buttons(form, talk)(c.t.button("‹ Back"), "back"))
    rows.append(tuple(way))
    return tuple(rows)


def summary(c: BotContext, form: Form, talk: Conversation, notice: Html | None = None) -> Screen:
    """Make the closing screen: all answers, a button to change each, and the one that finishes."""
    edits = [
        _Buttons(form, talk)(f"✏️ {c.t.button(step.label)}", "edit", arg=number)
        for number, step in enumerate(form.steps)
        if step.label and step.when(talk.data)
    ]
    finish = _Buttons(form, talk)(f"✅ {c.t.button(form.confirm)}", "confirm", style=form.style)
    pairs = [tuple(edits[i : i + 2]) for i in range(0, len(edits), 2)]
    cancel = _Buttons(form, talk)(c.t.button("✖ Cancel"), "cancel")
    return Screen(form.summary(c, talk.data), ((finish,), *pairs, (cancel,)), notice=notice)


def resume(c: BotContext, form: Form, talk: Conversation) -> Screen:
    """Ask somebody who comes back after a day whether to go on."""
    text = c.t("You began something a while ago and did not finish it. Would you like to go on, or start again?")
    rows = (
        (_Buttons(form, talk)(c.t.button("Go on"), "resume", style="primary"),),
        (_Buttons(form, talk)(c.t.button("Start again"), "restart"),),
        (_Buttons(form, talk)(c.t.button("✖ Cancel"), "cancel"),),
    )
    return Screen(text, rows)

"""Every word about what is kept of a person, and about forgetting it."""

from collections.abc import Sequence

from bot.core.consent import TEXTS, Purpose
from bot.core.message import Button, Html, Screen, lines, paragraphs
from bot.core.translation import B_, Translator
from bot.features.privacy.queries import Standing

PRIVACY_WORDS = ("privacy", "datenschutz", "приватність", "خصوصية", "الخصوصية")
MYDATA_WORDS = ("my data", "meine daten", "мої дані", "بياناتي")
FORGET_WORDS = ("forget me", "vergiss mich", "lösche mich", "забудьте мене", "انسني", "انسوني")

AGREE = {
    Purpose.VOLUNTEERING: B_("👍 Yes: volunteering"),
    Purpose.ANNOUNCEMENTS: B_("👍 Yes: messages"),
    Purpose.BUDDIES: B_("👍 Yes: language buddy"),
}
WITHDRAW = {
    Purpose.VOLUNTEERING: B_("✋ Stop: volunteering"),
    Purpose.ANNOUNCEMENTS: B_("✋ Stop: messages"),
    Purpose.BUDDIES: B_("✋ Stop: language buddy"),
}


def privacy(t: Translator, standings: Sequence[Standing], organisations: Sequence[str]) -> Screen:
    """Say the truth about the data in short, and let a person change what she agreed to."""
    text = paragraphs(
        t("🔒 <b>Your data, in short</b>"),
        t(
            "<b>What:</b> your Telegram ID (not your phone number), the name you told us, your languages, and what "
            "you entered here. Your messages themselves are not kept once they are answered."
        ),
        t("<b>Why:</b> so that people who help and people who look for help find each other. For nothing else."),
        t(
            "<b>How long:</b> until you delete it here. After that only encrypted marks are left that tell nobody who "
            "you were; they keep a backup from bringing you back."
        ),
        t(
            "<b>Telegram:</b> chats with bots are not end-to-end encrypted, so Telegram could read along. Please write "
            "nothing here about health, religion or residence status; we never ask for it."
        ),
        t("<b>Without Telegram:</b> paper and the desk at the centre work too, you miss nothing."),
        _responsible(t, organisations),
        _agreed(t, standings),
    )
    toggles = tuple((_toggle(t, standing),) for standing in standings)
    rights = (
        (Button(t.button("📄 My data"), "privacy.mydata"), Button(t.button("🗑 Forget me"), "privacy.forget")),
        (Button(t.button("🏠 Home"), "home"),),
    )
    return Screen(text, (*toggles, *rights))


def _responsible(t: Translator, organisations: Sequence[str]) -> Html:
    if not organisations:
        return t("<b>Who is responsible:</b> the integration centre. Please ask at the desk.")
    return t("<b>Who is responsible:</b> {organisations}.", organisations=t.list(organisations))


def _agreed(t: Translator, standings: Sequence[Standing]) -> Html:
    if not standings:
        return t("You have not been asked to agree to anything yet.")
    return lines(t("<b>What you agreed to</b>"), *(_standing(t, standing) for standing in standings))


def _standing(t: Translator, standing: Standing) -> Html:
    values = {"text": t(TEXTS[standing.purpose]), "day": t.day(standing.since)}
    if standing.agreed:
        return t("✅ {text} <i>(since {day})</i>", **values)
    return t("✋ Withdrawn on {day}: {text}", **values)


def _toggle(t: Translator, standing: Standing) -> Button:
    number = list(Purpose).index(standing.purpose)
    if standing.agreed:
        return Button(t.button(WITHDRAW[standing.purpose]), "privacy.withdraw", number)
    return Button(t.button(AGREE[standing.purpose]), "privacy.agree", number)


def changed(t: Translator, *, agreed: bool) -> Html:
    """Say that a decision counts from now on."""
    if agreed:
        return t("Thank you. This counts from now on.")
    return t("Done. This counts from now on, and you need not say why.")


def mydata_follows(t: Translator) -> Screen:
    """Say that the file comes."""
    text = t(
        "📄 A file with everything we keep about you comes right below. Other people are in it only by their role."
    )
    return Screen(text, _back(t))


def mydata_caption(t: Translator) -> Html:
    """Say what the file is."""
    return t("Everything we keep about you, made just now. Any computer can open it as text.")


def forget(t: Translator) -> Screen:
    """Say what will happen, before it does."""
    text = paragraphs(
        t("🗑 <b>Shall we forget you?</b>"),
        lines(
            t("• Everything you entered is deleted, with your name and your roles here."),
            t("• You are taken off your shifts; the coordinators hear that a place is free, not why."),
            t("• A language buddy hears only that it ended."),
            t("• Please delete this chat in Telegram yourself; we cannot do that."),
        ),
        t("This cannot be undone. You can come back at any time and start anew."),
    )
    rows = (
        (Button(t.button("🗑 Yes, delete everything"), "privacy.forget.sure", style="danger"),),
        (Button(t.button("📄 My data first"), "privacy.mydata"),),
        *_back(t),
    )
    return Screen(text, rows)


def goodbye(t: Translator) -> Screen:
    """Take leave of somebody who is not in the store any more."""
    return Screen(t("Done. We have forgotten you. Thank you for having been here, and all the best! 👋"))


def _back(t: Translator) -> tuple[tuple[Button, ...], ...]:
    return ((Button(t.button("‹ Back"), "privacy"), Button(t.button("🏠 Home"), "home")),)

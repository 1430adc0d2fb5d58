"""Every word of the door and the hall."""

from collections.abc import Sequence

from bot.core.languages import native_name
from bot.core.message import Button, Html, Rows, Screen, escaped, lines, paragraphs
from bot.core.refusal import Refusal
from bot.core.translation import Translator, is_draft
from bot.core.widgets import home_row

# What people type when they look for these, in the house's languages; compared without case and punctuation.
START_WORDS = (
    "start", "menu", "home", "hello", "hi", "hallo", "menü", "anfang", "привіт", "старт", "меню", "привет", "مرحبا",
    "ابدأ", "القائمة", "سلام", "merhaba", "bonjour", "salut",
)  # fmt: skip
HELP_WORDS = (
    "help", "hilfe", "допомога", "допоможіть", "помощь", "مساعدة", "کمک", "yardım", "aide", "ajutor", "ndihmë", "?",
)  # fmt: skip
LANGUAGE_WORDS = ("language", "sprache", "мова", "язык", "لغة", "اللغة", "زبان", "dil", "langue", "limbă")
CANCEL_WORDS = (
    "cancel",
    "stop",
    "abbrechen",
    "стоп",
    "скасувати",
    "отмена",
    "إلغاء",
    "لغو",
    "iptal",
    "annuler",
)

# Before a language is chosen everybody must find her own line.
CHOOSE = (
    "Please choose your language.",
    "Bitte wähle deine Sprache.",
    "Оберіть свою мову.",
    "اختر لغتك من فضلك.",
)


def languages(t: Translator, codes: Sequence[tuple[int, str]], *, first: bool) -> Screen:
    """Let somebody choose her language by its own name; each comes with its number in the house's list."""
    drafts = any(is_draft(code) for _, code in codes)
    buttons = [Button(_language_caption(code), "language.pick", entity=number) for number, code in codes]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    if first:
        return Screen(lines(*(escaped(line) for line in CHOOSE)), tuple(rows))
    note = t("✏️ means: no native speaker has checked this translation yet.") if drafts else None
    text = paragraphs(t("Which language would you like to read?"), note)
    return Screen(text, (*rows, home_row(t)))


def _language_caption(code: str) -> str:
    return f"{native_name(code)} ✏️" if is_draft(code) else native_name(code)


def home(t: Translator, rows: Rows, *, new: bool, name: str) -> Screen:
    """Show what somebody can do here."""
    if new:
        text = paragraphs(
            t("<b>Welcome to Lotse, the volunteer desk of your integration centre.</b>"),
            t(
                "Here you can help others, or find help yourself. You only need to tap. Please write nothing secret "
                "here: chats with bots are not end-to-end encrypted. You can also simply come to the centre."
            ),
            t("What brings you here?"),
        )
    else:
        text = t("Hello {name}! What would you like to do?", name=name) if name else t("What would you like to do?")
    return Screen(text, rows)


def newcomer(t: Translator) -> Screen:
    """Show a newcomer the ways to help."""
    text = paragraphs(
        t("What would help you?"),
        t("A language buddy speaks German with you. “The right door” shows who advises you on what."),
    )
    rows = (
        (Button(t.button("🤝 Find a language buddy"), "buddy.request", style="primary"),),
        (Button(t.button("🚪 Find the right door"), "offer.list"),),
        home_row(t),
    )
    return Screen(text, rows)


def invited(t: Translator) -> Screen:
    """Say how an invitation works."""
    text = t("Please open the link that your organisation sent you. It brings you here and everything is set up.")
    return Screen(text, (home_row(t),))


def help_text(t: Translator, commands: Sequence[tuple[str, str]]) -> Screen:
    """Say what the bot can do, with the commands this person may use."""
    # Isolated, so that the line takes the direction of its words and not of the command.
    listed = lines(*(Html(f"{t.isolated(f'/{name}')} – {t(about)}") for name, about in commands))
    text = paragraphs(
        t("You never have to type a command: the buttons lead you everywhere. “🏠 Home” always brings you back."),
        listed,
        t("If something is urgent or difficult, please come to the centre or call. In an emergency call 112."),
    )
    return Screen(text, (home_row(t),))


def cancelled(t: Translator) -> Html:
    """Say that a draft is gone."""
    return t("Stopped. Nothing was saved.")


def nothing_to_cancel(t: Translator) -> Html:
    """Say that no draft was open."""
    return t("There is nothing to stop.")


def unknown_text(t: Translator) -> Html:
    """Answer what was not understood."""
    return t("I did not understand that. Please tap one of the buttons.")


def unknown_media(t: Translator) -> Html:
    """Answer pictures, voice notes and the like."""
    return t(
        "I cannot read pictures, files or voice messages, and nobody sees them here. Please tap one of the buttons."
    )


def edited(t: Translator) -> Html:
    """Say that a changed message does not change an answer."""
    return t("I read every message only once. If you want to change your answer, please send it again.")


def not_allowed(t: Translator, refusal: Refusal) -> Screen:
    """Refuse what the store does not allow."""
    text = t("You cannot do this. If you think you should, please ask your coordinator for an invitation.")
    return Screen(text, (home_row(t),))


def gone(t: Translator, refusal: Refusal) -> Screen:
    """Say that something is no more."""
    return Screen(t("This does not exist any more."), (home_row(t),))

"""Menu is the door and the hall: first contact, language, home screen, help, and what nobody else understood."""

from bot.chat.feature import Action, Command, Feature, MenuEntry
from bot.chat.guards import anyone
from bot.core.condition import EVERYBODY
from bot.core.refusal import Gone, NotAllowed
from bot.core.translation import B_, N_
from bot.features.menu import handlers, messages
from bot.features.menu.queries import IS_UNDECIDED

FEATURE = Feature(
    name="menu",
    commands=(
        Command("start", handlers.on_start, anyone, N_("Start and home screen"), messages.START_WORDS),
        Command("help", handlers.on_help, anyone, N_("What this bot can do"), messages.HELP_WORDS),
        Command("language", handlers.on_language, anyone, N_("Choose your language"), messages.LANGUAGE_WORDS),
        Command("cancel", handlers.on_cancel, anyone, N_("Stop what I am filling in"), messages.CANCEL_WORDS),
    ),
    actions=(
        Action("home", handlers.on_home, anyone),
        Action("help", handlers.on_help, anyone),
        Action("language", handlers.on_language, anyone),
        Action("language.pick", handlers.on_language_pick, anyone),
        Action("language.first", handlers.on_first_contact, anyone),
        Action("menu.newcomer", handlers.on_newcomer, anyone),
        Action("menu.invited", handlers.on_invited, anyone),
        Action("unknown.text", handlers.on_unknown_text, anyone),
        Action("unknown.media", handlers.on_unknown_media, anyone),
        Action("unknown.edited", handlers.on_edited, anyone),
    ),
    refusals={NotAllowed: messages.not_allowed, Gone: messages.gone},
    menu=(
        MenuEntry(10, B_("🙋 I want to help"), "volunteer.join", IS_UNDECIDED),
        MenuEntry(20, B_("🤝 I am looking for help"), "menu.newcomer", IS_UNDECIDED),
        MenuEntry(30, B_("✉️ I have an invitation"), "menu.invited", IS_UNDECIDED),
        MenuEntry(90, B_("🌐 Language"), "language", EVERYBODY),
        MenuEntry(95, B_("❓ Help"), "help", EVERYBODY),
    ),
)

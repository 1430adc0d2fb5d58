"""Privacy says in plain words what is kept, and gives it into each person's own hands.

She sees what she agreed to and withdraws it in one tap, takes her data along, and is forgotten when she wants.
"""

from bot.chat.conversations import Conversation
from bot.chat.feature import Action, Command, Feature, MenuEntry
from bot.chat.guards import anyone
from bot.core.personal_data import table_data
from bot.core.translation import B_, N_
from bot.features.privacy import handlers, jobs, messages, queries

FEATURE = Feature(
    name="privacy",
    commands=(
        Command("privacy", handlers.on_privacy, anyone, N_("What we keep about you"), messages.PRIVACY_WORDS),
        Command("mydata", handlers.on_mydata, anyone, N_("Get a copy of your data"), messages.MYDATA_WORDS),
        Command("forget", handlers.on_forget, anyone, N_("Delete everything about you"), messages.FORGET_WORDS),
    ),
    actions=(
        Action("privacy", handlers.on_privacy, anyone),
        Action("privacy.agree", handlers.on_agree, anyone),
        Action("privacy.withdraw", handlers.on_withdraw, anyone),
        Action("privacy.mydata", handlers.on_mydata, anyone),
        Action("privacy.forget", handlers.on_forget, anyone),
        Action("privacy.forget.sure", handlers.on_forget_sure, anyone),
    ),
    renderers={"privacy.mydata": handlers.render_mydata},
    jobs={jobs.TIDY: jobs.tidy},
    menu=(MenuEntry(92, B_("🔒 Privacy"), "privacy", queries.IS_KNOWN),),
    # A form in the middle of being filled in belongs to no feature of its own.
    personal_data=(table_data("draft", Conversation, hide=("serial", "options", "returns")),),
)

"""Announcements tell volunteers of a shift that fits them; broadcasts tell many people what a coordinator wrote.

Both go only to those who agreed to be told, in each reader's language, never at night, and can be stopped. The
coordinator sees the count before, how far it got while it leaves, and what was answered.
"""

from bot.chat.feature import Action, Command, Feature, MenuEntry
from bot.chat.guards import anyone, is_coordinator
from bot.core.condition import COORDINATES
from bot.core.personal_data import PersonalData
from bot.core.translation import B_, N_
from bot.features.announcements import conversation, coordinator, handlers, jobs, messages, queries, rules, services
from bot.features.announcements.models import Broadcast, BroadcastText
from bot.features.shifts.queries import to_come

FEATURE = Feature(
    name="announcements",
    commands=(Command("broadcast", coordinator.on_broadcast, is_coordinator, N_("Write to many volunteers")),),
    actions=(
        Action("announcement.publish", coordinator.on_publish, is_coordinator),
        Action("announcement.report", coordinator.on_report, is_coordinator),
        Action("announcement.stop", coordinator.on_stop, is_coordinator),
        Action("announcement.continue", coordinator.on_continue, is_coordinator),
        Action("broadcast", coordinator.on_broadcast, is_coordinator),
        Action("broadcast.report", coordinator.on_broadcast_report, is_coordinator),
        Action("broadcast.recall", coordinator.on_recall, is_coordinator),
        Action("broadcast.edit", coordinator.on_edit, is_coordinator),
        Action("broadcast.stop", coordinator.on_broadcast_stop, is_coordinator),
        Action("broadcast.continue", coordinator.on_broadcast_continue, is_coordinator),
        Action("broadcast.less", handlers.on_less, anyone),
        Action("broadcast.again", handlers.on_again, anyone),
    ),
    forms=(conversation.FORM,),
    renderers={
        "announcement.shift": handlers.render_call,
        "announcement": coordinator.render_announcement,
        queries.MESSAGE: handlers.render_message,
        "broadcast.letter": handlers.render_letter,
        "broadcast": coordinator.render_broadcast,
    },
    jobs={
        "announcement.look": jobs.on_look_at_announcement,
        "broadcast.look": jobs.on_look_at_broadcast,
        services.LEAVE: jobs.on_leave,
    },
    refusals={
        rules.CannotAnnounce: messages.cannot_announce,
        rules.NobodyToTell: messages.nobody_to_tell,
        rules.TooLateToRecall: messages.too_late,
    },
    awaiting={"announcement": to_come},
    menu=(MenuEntry(60, B_("📣 Message to many"), "broadcast", COORDINATES),),
    # Texts belong to the organisation and stay; who wrote them is forgotten.
    personal_data=(PersonalData("broadcasts", (Broadcast, BroadcastText), queries.written_by, services.forget_author),),
)

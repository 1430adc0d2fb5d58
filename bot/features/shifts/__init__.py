"""Shifts: coordinators say what is needed, volunteers take a place with one tap.

Places are counted exactly under any number of writers, the waitlist moves up in order, and every card stays true.
"""

from bot.chat.feature import Action, Command, Feature, MenuEntry
from bot.chat.guards import anyone, is_coordinator
from bot.core.condition import COORDINATES
from bot.core.personal_data import PersonalData
from bot.core.translation import B_, N_
from bot.features.shifts import conversation, coordinator, handlers, jobs, messages, queries
from bot.features.shifts.models import Shift, SignUp
from bot.features.volunteers.queries import IS_VOLUNTEER

FEATURE = Feature(
    name="shifts",
    commands=(
        Command("shifts", handlers.on_list, anyone, N_("Where I can help"), ("shifts", "schichten")),
        Command("myshifts", handlers.on_mine, anyone, N_("My shifts")),
        Command("newshift", coordinator.on_new, is_coordinator, N_("Say what is needed")),
        Command("ourshifts", coordinator.on_desk, is_coordinator, N_("Shifts of my organisation")),
    ),
    actions=(
        Action("shift.list", handlers.on_list, anyone),
        Action("shift.mine", handlers.on_mine, anyone),
        Action("shift.open", handlers.on_open, anyone),
        Action("shift.sign_up", handlers.on_sign_up, anyone),
        Action("shift.wait", handlers.on_wait, anyone),
        Action("shift.withdraw", handlers.on_withdraw, anyone),
        Action("shift.decline", handlers.on_decline, anyone),
        Action("shift.reconfirm", handlers.on_reconfirm, anyone),
        Action("shift.desk", coordinator.on_desk, is_coordinator),
        Action("shift.new", coordinator.on_new, is_coordinator),
        Action("shift.roster", coordinator.on_roster, is_coordinator),
        Action("shift.publish", coordinator.on_publish, is_coordinator),
        Action("shift.edit", coordinator.on_edit, is_coordinator),
        Action("shift.delete", coordinator.on_delete, is_coordinator),
        Action("shift.move", coordinator.on_move, is_coordinator),
        Action("shift.cancel", coordinator.on_cancel, is_coordinator),
        Action("shift.copy", coordinator.on_copy, is_coordinator),
        Action("shift.copy_to", coordinator.on_copy_to, is_coordinator),
    ),
    forms=(conversation.SHIFT, coordinator.MOVE, coordinator.CANCEL),
    renderers=handlers.RENDERERS,
    jobs={"shift.began": jobs.on_began},
    refusals=dict.fromkeys(messages.REFUSALS, messages.explain),
    menu=(
        MenuEntry(32, B_("📅 Find shifts"), "shift.list", IS_VOLUNTEER),
        MenuEntry(34, B_("🗓 My shifts"), "shift.mine", IS_VOLUNTEER),
        MenuEntry(50, B_("➕ New shift"), "shift.new", COORDINATES),
        MenuEntry(52, B_("🗂 Our shifts"), "shift.desk", COORDINATES),
    ),
    start_links={"shift": handlers.on_link},
    personal_data=(
        PersonalData("shifts", (SignUp,), jobs.show_sign_ups, jobs.erase_sign_ups),
        PersonalData("shifts_made", (Shift,), jobs.show_created, jobs.erase_created),
    ),
    awaiting={"shift": queries.to_come, "roster": queries.to_come},
    unreachable=jobs.on_unreachable,
)

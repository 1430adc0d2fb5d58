"""Reminders ask the people on a shift whether they come: the day before and three hours before, never at night.

"I can't" gives the place back at once and the waitlist moves up. Silence is shown to coordinators and not punished.
"""

from bot.chat.feature import Action, Feature
from bot.chat.guards import anyone, is_coordinator
from bot.features.reminders import handlers, jobs, queries
from bot.features.shifts.queries import to_come

FEATURE = Feature(
    name="reminders",
    actions=(
        Action("reminder.coming", handlers.on_coming, anyone),
        Action("reminder.cant", handlers.on_cant, anyone),
        Action("reminder.notes", handlers.on_notes, is_coordinator),
    ),
    renderers={queries.MESSAGE: handlers.render_reminder},
    jobs={"shift.changed": jobs.on_shift_changed, queries.DUE: jobs.on_reminder},
    awaiting={queries.MESSAGE: to_come},
)

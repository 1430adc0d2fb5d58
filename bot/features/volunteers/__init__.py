"""Volunteers say what they like to do, when they usually can and which languages they speak.

They can change every part, pause and leave at any time. What they say decides which needs reach them.
"""

from bot.chat.feature import Action, Command, Feature, MenuEntry
from bot.chat.guards import anyone
from bot.core.personal_data import table_data
from bot.core.translation import B_, N_
from bot.features.volunteers import conversation, handlers, messages, rules
from bot.features.volunteers.models import Availability, SpokenLanguage, Volunteer, VolunteerActivity
from bot.features.volunteers.queries import IS_VOLUNTEER

FEATURE = Feature(
    name="volunteers",
    commands=(Command("volunteer", handlers.on_volunteer, anyone, N_("My volunteering"), ("volunteer", "helfen")),),
    actions=(
        Action("volunteer.join", handlers.on_volunteer, anyone),
        Action("volunteer.consent", handlers.on_consent, anyone),
        Action("volunteer.profile", handlers.on_volunteer, anyone),
        Action("volunteer.edit", handlers.on_edit, anyone),
        Action("volunteer.pause", handlers.on_pause, anyone),
        Action("volunteer.resume", handlers.on_resume, anyone),
        Action("volunteer.leave", handlers.on_leave, anyone),
        Action("volunteer.leave.sure", handlers.on_leave_sure, anyone),
    ),
    forms=(conversation.FORM,),
    refusals={rules.NotAVolunteer: messages.not_a_volunteer},
    menu=(MenuEntry(40, B_("🙋 My volunteering"), "volunteer.profile", IS_VOLUNTEER),),
    personal_data=(
        table_data("volunteer", Volunteer),
        table_data("activities", VolunteerActivity),
        table_data("availability", Availability),
        table_data("languages", SpokenLanguage),
    ),
)

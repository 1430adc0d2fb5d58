"""Stories of people who sign up to help."""

from sqlmodel import select

from bot.app import build_bot
from bot.core.consent import consent_of
from bot.features.volunteers import queries
from bot.features.volunteers.models import Part, Volunteer
from tests.support.town import Someone, Town


async def sign_up(town: Town, name: str = "Anna", language: str = "en", user_id: int = 101) -> Someone:
    """Go through the sign-up as a person in a hurry does."""
    town.organisation()
    anna = await town.someone(user_id, name, language)
    await anna.presses("I want to help", "I agree", name, "German", "Next", "Host at Café", "Next")
    await anna.presses("Wed 🌙", "Next", "Skip", "Yes, that is right")
    return anna


async def test_a_volunteer_signs_up_within_fourteen_taps_and_one_typed_answer(town: Town) -> None:
    anna = await sign_up(town)
    anna.sees("Welcome, you are in!")
    assert anna.taps <= 14
    assert anna.typed <= 1
    with town.store.read() as session:
        person_id = anna.person().key
        assert queries.languages_of(session, person_id) == ["en", "de"]
        assert queries.slots_of(session, person_id) == [(2, Part.EVENING)]
        assert consent_of(session, person_id, "volunteering") is not None
        assert consent_of(session, person_id, "announcements") is not None


async def test_every_answer_can_be_changed_before_the_end(town: Town) -> None:
    town.organisation()
    anna = await town.someone(101, "Anna", "en")
    await anna.presses("I want to help", "I agree")
    await anna.says("Annika")
    await anna.presses("Next", "Homework", "Next", "Mon ☀️", "Next")
    await anna.says("Oberstadt")
    anna.sees("Annika", "Homework help", "Oberstadt")
    await anna.presses("✏️ Name")
    await anna.says("Anni")
    anna.sees("Anni", "Oberstadt")
    await anna.presses("Yes, that is right")
    assert anna.person().name == "Anni"


async def test_a_link_or_a_number_is_no_name(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    await anna.presses("I want to help", "I agree")
    for text in ("https://example.org", "@anna", "+49 751 1234", "12345"):
        await anna.says(text)
        anna.sees("just a first name")


async def test_cancelling_leaves_nothing_behind(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    await anna.presses("I want to help", "I agree")
    await anna.says("Annika")
    await anna.presses("Cancel")
    anna.sees("Nothing was saved")
    assert anna.person().name == ""
    with town.store.read() as session:
        assert session.exec(select(Volunteer)).first() is None


async def test_a_button_of_an_earlier_question_answers_nothing(town: Town) -> None:
    town.organisation()
    anna = await town.someone(101, "Anna", "en")
    await anna.presses("I want to help", "I agree")
    message, name_button = anna._find("Anna")
    await anna.presses("Anna")
    town.telegram.forge(anna.id, message.message_id, name_button)
    await town.settle()
    assert "older screen" in anna.alerts[-1]
    anna.sees("Which languages")


async def test_a_draft_waits_for_days_and_asks_whether_to_go_on(town: Town) -> None:
    town.organisation()
    anna = await town.someone(101, "Anna", "en")
    await anna.presses("I want to help", "I agree", "Anna", "Next")
    await town.passes(days=3)
    await anna.presses("Homework")
    anna.sees("go on, or start again")
    await anna.presses("Go on", "Homework", "Next")
    anna.sees("When can you usually help")


async def test_a_break_stops_the_asking_and_a_leaver_is_forgotten_as_a_volunteer(town: Town) -> None:
    anna = await sign_up(town)
    await anna.says("/volunteer")
    await anna.presses("Take a break")
    anna.sees("taking a break")
    with town.store.read() as session:
        assert queries.fitting_volunteers(session, queries.Wanted()) == []
    await anna.presses("I am back")
    with town.store.read() as session:
        assert len(queries.fitting_volunteers(session, queries.Wanted())) == 1
    await anna.presses("Stop volunteering", "Yes, stop")
    anna.sees("Thank you for everything")
    with town.store.read() as session:
        assert session.exec(select(Volunteer)).first() is None


async def test_a_restart_between_any_two_steps_loses_no_answer(town: Town) -> None:
    town.organisation()
    anna = await town.someone(101, "Anna", "en")
    for caption in ("I want to help", "I agree", "Anna", "Next", "Homework", "Next", "Mon ☀️", "Next", "Skip"):
        await anna.presses(caption)
        town.store.on_commit.clear()
        town.bot = build_bot(town.settings, town.store, town.client, "lotse_demo_bot", town._pace)
    anna.sees("Anna", "Homework help")
    await anna.presses("Yes, that is right")
    anna.sees("Welcome, you are in!")

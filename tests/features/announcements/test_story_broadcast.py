"""Stories of a message to many: written in taps, held, recalled, read in many languages, and wanted less."""

from datetime import UTC, datetime, timedelta

from bot.demo.faults import Fault, FaultKind
from bot.features.announcements.queries import MESSAGE
from tests.features.announcements import crowd
from tests.support.town import Someone, Town

WEDNESDAY = datetime(2026, 2, 4, 16, 0, tzinfo=UTC)  # 17:00 in the town
TEXT = "Summer party on Friday, please call 0751 123"


async def write(carla: Someone, text: str = TEXT) -> None:
    """Write to all volunteers, without a translation."""
    await carla.says("/broadcast")
    await carla.presses("All volunteers")
    await carla.says(text)
    await carla.presses("Next")


async def hold(town: Town) -> None:
    """Let the minute pass in which a message can be recalled, and a little more, so that the report is up to date."""
    await town.passes(minutes=2)
    await town.passes(seconds=10)


async def test_a_message_is_previewed_held_sent_and_reported(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await write(carla)
    carla.sees("From Caritas", "To all volunteers", TEXT, "English: 1", "Shall 1 person get this?")
    await carla.presses("Send")
    carla.sees("It goes to 1 person", "It leaves within a minute")
    assert TEXT not in anna.everything
    await hold(town)
    anna.sees("From Caritas", TEXT)
    carla.sees("Sent to 1 of 1")


async def test_a_message_can_be_recalled_within_a_minute_and_sent_changed(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await write(carla, "Summer party on Fridday")
    await carla.presses("Send", "Recall")
    carla.sees("Taken back. Nobody got this message.")
    await town.passes(minutes=5)
    assert "Summer party" not in anna.everything
    await carla.presses("Change and send")
    carla.sees("Summer party on Fridday", "Shall 1 person get this?")
    await carla.presses("✏️ Text")
    await carla.says(TEXT)
    await carla.presses("Send")
    await hold(town)
    anna.sees(TEXT)


async def test_recalling_too_late_says_what_still_helps(town: Town) -> None:
    carla = await crowd.desk(town)
    await crowd.helper(town, 101, "Anna")
    await write(carla)
    await carla.presses("Send")
    recall = next(b for row in carla.screen.buttons for b in row if "Recall" in b.text)
    await hold(town)
    town.telegram.forge(carla.id, carla.screen.message_id, recall.callback_data or "")
    await town.settle()
    carla.sees("The first messages have left already", "Sent to 1 of 1")


async def test_who_has_no_translation_gets_the_original_and_is_told_so_in_her_language(town: Town) -> None:
    carla = await crowd.desk(town)
    eve = await crowd.helper(town, 101, "Eve", "en")
    oksana = await crowd.helper(town, 102, "Oksana", "uk")
    anna = await crowd.helper(town, 103, "Anna", "de")
    await carla.says("/broadcast")
    await carla.presses("All volunteers")
    await carla.says(TEXT)
    carla.sees("In which other languages do you have the text?")
    await carla.presses("Ukrainian (1)", "Next")
    carla.sees("Please write the message in Ukrainian")
    await carla.says("Літнє свято у п'ятницю")
    carla.sees(TEXT, "Літнє свято", "English: 1", "Ukrainian: 1", "German: 1, who get the original with a note")
    await carla.presses("Send")
    await hold(town)
    eve.sees("From Caritas", TEXT)
    assert "translated" not in eve.last
    oksana.sees("Літнє свято у п'ятницю")
    assert "Summer party" not in oksana.last
    anna.sees(TEXT, "Englisch")  # the note names the original's language in hers


async def test_fewer_messages_works_with_one_tap_and_is_undone_with_one(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    bilal = await crowd.helper(town, 102, "Bilal")
    await write(carla)
    await carla.presses("Send")
    await hold(town)
    await anna.presses("Stop these messages")
    anna.sees(TEXT, "You are not told any more when help is needed")
    await write(carla, "Second")
    carla.sees("Shall 1 person get this?", "1 person does not want to be told")
    await carla.presses("Send")
    await hold(town)
    bilal.sees("Second")
    assert "Second" not in anna.everything
    await anna.presses("Undo")
    await write(carla, "Third")
    await carla.presses("Send")
    await hold(town)
    anna.sees("Third")


async def test_the_fourth_message_of_a_week_reaches_nobody_who_had_three(town: Town) -> None:
    carla = await crowd.desk(town)
    await crowd.helper(town, 101, "Anna")
    for number in range(3):
        await write(carla, f"Message {number}")
        await carla.presses("Send")
        await hold(town)
    await write(carla, "Message 4")
    carla.sees("1 person got enough messages this week", "Shall 0 people get this?")
    await carla.presses("Send")
    carla.sees("Nobody would get this message")
    town.clock.jump(timedelta(days=7))
    await write(carla, "Message 5")
    carla.sees("Shall 1 person get this?")


async def test_people_on_a_shift_and_speakers_can_be_written_to(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    bilal = await crowd.helper(town, 102, "Bilal")
    await crowd.drafted(town, carla, WEDNESDAY)
    await carla.presses("Publish and tell 2 people")
    await anna.presses("I'm in")
    await carla.says("/broadcast")
    await carla.presses("Who is on a shift", "Host at Café")
    await carla.says("Please bring an apron")
    await carla.presses("Next")
    carla.sees("To everybody on the shift: Wed", "17:00 Host at Café International", "Shall 1 person get this?")
    await carla.presses("✏️ Audience", "Who speaks a language", "English")
    carla.sees("To volunteers who speak English", "Shall 2 people get this?")
    await carla.presses("✏️ Audience", "Who is on a shift", "Send")
    await hold(town)
    anna.sees("Please bring an apron")
    assert "apron" not in bilal.everything


async def test_a_message_stopped_on_its_way_goes_on_when_told_to(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await crowd.helper(town, 102, "Bilal")
    await write(carla)
    await carla.presses("Send")
    town.telegram.faults.add(Fault(FaultKind.LOST_REQUEST, rate=1.0, chat_id=anna.id))
    await hold(town)
    carla.sees("Sent to 1 of 2", "1 message waits")
    await carla.presses("Stop")
    carla.sees("1 message is stopped")
    town.telegram.faults.clear()
    await town.passes(minutes=10)
    assert TEXT not in anna.everything
    await carla.presses("Continue")
    await hold(town)
    anna.sees(TEXT)
    carla.sees("Sent to 2 of 2")


async def test_a_message_written_at_night_leaves_in_the_morning(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    town.clock.jump(timedelta(hours=12))
    await write(carla)
    carla.sees("it leaves on Tue", "08:00")
    await carla.presses("Send")
    carla.sees("it leaves on Tue", "08:00")
    morning = datetime(2026, 2, 3, 7, 0, tzinfo=UTC)
    await crowd.until(town, morning - timedelta(minutes=5))
    assert TEXT not in anna.everything
    await crowd.until(town, morning)
    anna.sees(TEXT)


async def test_markup_and_direction_signs_in_a_message_are_only_text(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await write(carla, "<b>Party</b> & \u202egnp.exe <a href='x'>here</a>")
    await carla.presses("Send")
    await hold(town)
    anna.sees("<b>Party</b> & gnp.exe <a href='x'>here</a>")


async def test_a_text_that_is_too_long_is_asked_for_again(town: Town) -> None:
    carla = await crowd.desk(town)
    await crowd.helper(town, 101, "Anna")
    await carla.says("/broadcast")
    await carla.presses("All volunteers")
    await carla.says("a" * 1001)
    carla.sees("That is too long for one message", "Please write the message in English")


async def test_volunteers_cannot_write_to_many(town: Town) -> None:
    await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await anna.says("/broadcast")
    anna.sees("You cannot do this")
    with town.store.read() as session:
        assert crowd.told(session, MESSAGE) == []


async def test_a_colleague_sees_the_message_and_can_recall_it(town: Town) -> None:
    carla = await crowd.desk(town)
    dilan = await crowd.desk(town, 202, "Dilan")
    anna = await crowd.helper(town, 101, "Anna")
    await write(carla)
    await carla.presses("Send")
    dilan.sees("Message to many", TEXT, "It leaves within a minute")
    await dilan.presses("Recall")
    dilan.sees("Taken back")
    carla.sees("Taken back")
    await town.passes(minutes=5)
    assert TEXT not in anna.everything


async def test_who_coordinates_several_organisations_says_for_which_she_writes(town: Town) -> None:
    carla = await crowd.desk(town)
    town.appoint(carla, town.organisation("town", "Town hall"))
    anna = await crowd.helper(town, 101, "Anna")
    await carla.says("/broadcast")
    await carla.presses("Caritas", "All volunteers")
    await carla.says(TEXT)
    await carla.presses("Next", "✏️ Sender", "Town hall")
    carla.sees("From Town hall", "Shall 1 person get this?")
    await carla.presses("Send")
    await hold(town)
    anna.sees("From Town hall", TEXT)

"""Stories of a shift that is announced: to whom, in which words, and what its coordinator sees of it."""

from datetime import UTC, datetime, timedelta

from bot.core.outbox import State
from bot.features.announcements.rules import ASK_FROM
from bot.features.volunteers.queries import all_activities
from tests.features.announcements import crowd
from tests.support.town import Town

WEDNESDAY = datetime(2026, 2, 4, 16, 0, tzinfo=UTC)  # 17:00 in the town
MORNING = datetime(2026, 2, 3, 7, 0, tzinfo=UTC)  # 8:00 after the first night


async def test_a_shift_is_told_to_whom_it_fits_and_the_coordinator_sees_the_answers(town: Town) -> None:
    carla = await crowd.desk(town)
    anna, bilal, chris = [await crowd.helper(town, 101 + n, name) for n, name in enumerate(("Anna", "Bilal", "Chris"))]
    tutor = await crowd.helper(town, 110, "Tina", likes="homework")
    await crowd.drafted(town, carla, WEDNESDAY, most=1)
    await carla.presses("Publish and tell 3 people")
    carla.sees("Told about: Host at Café International", "Yes: 0")
    anna.sees("Caritas is looking for help", "Host at Café International", "17:00–20:00")
    assert "looking for help" not in tutor.everything
    taps = anna.taps
    await anna.presses("I'm in")
    assert anna.taps == taps + 1
    anna.sees("You are in")
    await bilal.presses("waitlist")
    await chris.presses("Not this time")
    await carla.presses("Refresh")
    carla.sees("Sent to 3 of 3", "Yes: 1", "Waitlist: 1", "No: 1", "1 of 1 places are taken")


async def test_the_report_follows_the_answers_by_itself(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await crowd.drafted(town, carla, WEDNESDAY)
    await carla.presses("Publish and tell 1 person")
    await anna.presses("I'm in")
    await town.passes(minutes=10)
    carla.sees("Yes: 1")


async def test_everybody_reads_it_in_her_language(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna", "de")
    oksana = await crowd.helper(town, 102, "Oksana", "uk")
    karim = await crowd.helper(town, 103, "Karim", "ar")
    await crowd.drafted(town, carla, WEDNESDAY)
    await carla.presses("Publish and tell 3 people")
    anna.sees("4. Februar")
    oksana.sees("4 лютого")
    karim.sees("الأربعاء")


async def test_at_night_nobody_is_woken_and_the_coordinator_knows_when_it_leaves(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await crowd.drafted(town, carla, WEDNESDAY)
    town.clock.jump(timedelta(hours=12))
    await carla.presses("Publish and tell")
    carla.sees("Sent to 0 of 1", "1 message waits", "they leave on Tue", "08:00")
    await crowd.until(town, MORNING - timedelta(minutes=5))
    assert "looking for help" not in anna.everything
    await crowd.until(town, MORNING)
    anna.sees("looking for help")
    await town.passes(minutes=1)
    carla.sees("Sent to 1 of 1")


async def test_an_announcement_can_be_stopped_and_goes_on(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await crowd.drafted(town, carla, WEDNESDAY)
    town.clock.jump(timedelta(hours=12))
    await carla.presses("Publish and tell", "Stop")
    carla.sees("1 message is stopped")
    await crowd.until(town, MORNING)
    assert "looking for help" not in anna.everything
    await carla.presses("Continue")
    anna.sees("looking for help")
    carla.sees("Sent to 1 of 1")


async def test_whoever_answered_or_stopped_wanting_messages_before_it_leaves_hears_nothing(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await crowd.drafted(town, carla, WEDNESDAY)
    town.clock.jump(timedelta(hours=12))
    await carla.presses("Publish and tell")
    await anna.says("/shifts")
    await anna.presses("Host at Café", "I'm in")
    await crowd.until(town, MORNING)
    await town.passes(minutes=1)
    assert "looking for help" not in anna.everything
    await carla.presses("Refresh")
    carla.sees("Sent to 0 of 1", "1 message was not needed any more", "Yes: 1")


async def test_somebody_who_blocked_the_bot_is_counted_as_not_reached(town: Town) -> None:
    carla = await crowd.desk(town)
    anna = await crowd.helper(town, 101, "Anna")
    await crowd.drafted(town, carla, WEDNESDAY)
    town.clock.jump(timedelta(hours=12))
    await carla.presses("Publish and tell")
    town.telegram.block(anna.id)
    await crowd.until(town, MORNING)
    await town.passes(minutes=1)
    carla.sees("Sent to 0 of 1", "1 person cannot be reached")


async def test_very_many_people_are_told_only_after_a_second_look_at_the_count(town: Town) -> None:
    carla = await crowd.desk(town)
    await crowd.helper(town, 101, "Anna")
    with town.store.unit_of_work() as uow:
        liked = all_activities(uow.session)[0]
        for number in range(ASK_FROM):
            crowd.volunteer(uow, 1000 + number, liked)
    shift = await crowd.drafted(town, carla, WEDNESDAY)
    await carla.presses("Publish and tell 201 people")
    carla.sees("This tells 201 people at once")
    with town.store.read() as session:
        assert crowd.told(session, "announcement.shift", *State) == []
    town.clock.jump(timedelta(hours=12))  # nobody is told before the morning, so that the test is quick
    await carla.presses("Tell all of them")
    carla.sees("201 messages wait")
    with town.store.read() as session:
        assert {row.topic for row in crowd.told(session, "announcement.shift")} == {f"announcement:{shift.key}"}


async def test_a_stranger_and_another_organisations_coordinator_can_announce_nothing(town: Town) -> None:
    carla = await crowd.desk(town)
    await crowd.helper(town, 101, "Anna")
    await crowd.drafted(town, carla, WEDNESDAY)
    other = await town.someone(202, "Olga", "en")
    town.appoint(other, town.organisation("town", "Town hall"))
    button = next(b for row in carla.screen.buttons for b in row if "Publish and tell" in b.text)
    for who in (other, await town.someone(203, "Stranger", "en")):
        town.telegram.forge(who.id, who.screen.message_id, button.callback_data or "")
        await town.settle()
    with town.store.read() as session:
        assert crowd.told(session, "announcement.shift") == []

"""Stories of reminders: asked in time, answered with one tap, and never at night, too late or for an old time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core.message import Button
from bot.core.outbox import State
from bot.demo.faults import Fault, FaultKind
from bot.features.reminders.queries import MESSAGE
from bot.features.shifts.models import Shift, SignUpState, Venue
from bot.features.shifts.queries import sign_up_of
from bot.features.shifts.services import cancel_shift, move_shift
from tests.features.announcements import crowd
from tests.support.town import Someone, Town

WEDNESDAY = datetime(2026, 2, 4, 16, 0, tzinfo=UTC)  # 17:00 in the town


@dataclass(frozen=True)
class Scene:
    """A shift, its coordinator, and two volunteers."""

    carla: Someone
    anna: Someone
    bilal: Someone
    shift: Shift


async def staffed(town: Town, starts_at: datetime = WEDNESDAY, most: int = 1) -> Scene:
    """A shift with Anna on it and, if it is for one, Bilal in the waitlist."""
    carla = await crowd.desk(town)
    anna, bilal = await crowd.helper(town, 101, "Anna"), await crowd.helper(town, 102, "Bilal")
    shift = await crowd.drafted(town, carla, starts_at, most)
    await carla.presses("Publish and tell 2 people")
    await anna.presses("I'm in")
    await bilal.presses("waitlist" if most == 1 else "I'm in")
    return Scene(carla, anna, bilal, shift)


def answer(town: Town, who: Someone, shift: Shift) -> tuple[SignUpState | None, bool]:
    """What somebody's sign-up says, and whether she said that she comes."""
    with town.store.read() as session:
        row = sign_up_of(session, shift.key, who.person().key)
        return (row.state, row.coming_at is not None) if row else (None, False)


async def test_the_people_on_a_shift_are_asked_twice_and_answer_with_one_tap(town: Town) -> None:
    scene = await staffed(town)
    anna, bilal, shift = scene.anna, scene.bilal, scene.shift
    await crowd.until(town, WEDNESDAY - timedelta(days=1, minutes=5))
    assert "You are expected soon" not in anna.everything
    await crowd.until(town, WEDNESDAY - timedelta(days=1))
    anna.sees("You are expected soon", "17:00–20:00", "Are you coming?")
    await anna.presses("I'm coming")
    anna.sees("You are coming. Thank you!")
    assert answer(town, anna, shift) == (SignUpState.CONFIRMED, True)
    await crowd.until(town, WEDNESDAY - timedelta(hours=3))
    anna.sees("You are expected soon", "You said that you are coming")
    assert not any("I'm coming" in caption for caption in anna.captions)
    assert "You are expected soon" not in bilal.everything


async def test_i_cant_frees_the_place_for_the_waitlist(town: Town) -> None:
    scene = await staffed(town)
    anna, bilal, shift = scene.anna, scene.bilal, scene.shift
    await crowd.until(town, WEDNESDAY - timedelta(hours=3))
    await anna.presses("I can't")
    anna.sees("You gave your place back")
    bilal.sees("A place became free, and it is yours")
    assert answer(town, anna, shift)[0] == SignUpState.WITHDRAWN
    assert answer(town, bilal, shift)[0] == SignUpState.CONFIRMED


async def test_i_cant_is_undone_with_one_tap_on_the_same_card(town: Town) -> None:
    scene = await staffed(town, most=2)
    anna, shift = scene.anna, scene.shift
    await crowd.until(town, WEDNESDAY - timedelta(hours=3))
    await anna.presses("I can't", "I'm in")
    assert answer(town, anna, shift)[0] == SignUpState.CONFIRMED


async def test_when_too_few_are_left_the_coordinator_is_told(town: Town) -> None:
    scene = await staffed(town)
    carla, anna, bilal = scene.carla, scene.anna, scene.bilal
    await bilal.presses("Leave the waitlist")
    await crowd.until(town, WEDNESDAY - timedelta(hours=3))
    await anna.presses("I can't")
    carla.sees("At least 1 person is needed", "Anna can't come")
    with town.store.read() as session:
        assert len(crowd.told(session, "shift.below_minimum", State.SENT)) == 1


async def test_a_second_tap_on_i_cant_changes_nothing(town: Town) -> None:
    scene = await staffed(town, most=2)
    anna, shift = scene.anna, scene.shift
    await crowd.until(town, WEDNESDAY - timedelta(hours=3))
    button = next(b for row in anna.screen.buttons for b in row if "I can't" in b.text)
    await anna.presses("I can't")
    town.telegram.forge(anna.id, anna.screen.message_id, button.callback_data or "")
    await town.settle()
    anna.sees("You gave your place back")
    assert answer(town, anna, shift)[0] == SignUpState.WITHDRAWN


async def test_whoever_signs_up_after_a_step_is_not_reminded_of_it(town: Town) -> None:
    scene = await staffed(town, most=2)
    anna, bilal = scene.anna, scene.bilal
    await bilal.presses("I can't")
    await crowd.until(town, WEDNESDAY - timedelta(hours=3))
    await bilal.presses("I'm in")
    bilal.sees("You are in")
    await town.passes(minutes=30)
    assert "You are expected soon" not in bilal.everything
    assert "You are expected soon" in anna.everything


async def test_a_moved_shift_reminds_at_its_new_time_only(town: Town) -> None:
    scene = await staffed(town)
    carla, anna, shift = scene.carla, scene.anna, scene.shift
    later = WEDNESDAY + timedelta(days=2)
    with town.store.unit_of_work() as uow:
        move_shift(uow, carla.person().key, shift.key, Venue(later, later + timedelta(hours=1), "Library"))
    await town.settle()
    await crowd.until(town, WEDNESDAY - timedelta(hours=3))
    assert "You are expected soon" not in anna.everything
    await crowd.until(town, later - timedelta(days=1))
    anna.sees("You are expected soon", "Fri")


async def test_an_answer_to_the_old_time_is_no_answer_to_the_new_one(town: Town) -> None:
    scene = await staffed(town)
    carla, anna, shift = scene.carla, scene.anna, scene.shift
    await crowd.until(town, WEDNESDAY - timedelta(days=1))
    button = next(b for row in anna.screen.buttons for b in row if "I'm coming" in b.text)
    asked = anna.screen.message_id
    later = WEDNESDAY + timedelta(days=2)
    with town.store.unit_of_work() as uow:
        move_shift(uow, carla.person().key, shift.key, Venue(later, later + timedelta(hours=1), "Library"))
    await town.settle()
    town.telegram.press(anna.id, asked, button.callback_data or "")
    await town.settle()
    assert answer(town, anna, shift) == (SignUpState.CONFIRMED, False)
    assert "This shift has changed meanwhile" in anna.everything


async def test_a_cancelled_shift_reminds_nobody(town: Town) -> None:
    scene = await staffed(town)
    carla, anna, shift = scene.carla, scene.anna, scene.shift
    with town.store.unit_of_work() as uow:
        cancel_shift(uow, carla.person().key, shift.key, "")
    await town.settle()
    await crowd.until(town, WEDNESDAY - timedelta(days=1))
    await crowd.until(town, WEDNESDAY - timedelta(hours=3))
    assert "You are expected soon" not in anna.everything


async def test_a_reminder_that_would_ring_at_night_comes_the_evening_before(town: Town) -> None:
    morning = datetime(2026, 2, 5, 8, 0, tzinfo=UTC)  # 9:00
    scene = await staffed(town, morning)
    anna = scene.anna
    await crowd.until(town, morning - timedelta(days=1))
    await anna.presses("I'm coming")
    await crowd.until(town, datetime(2026, 2, 4, 18, 55, tzinfo=UTC))
    assert "You are expected soon" not in anna.everything
    await crowd.until(town, datetime(2026, 2, 4, 19, 0, tzinfo=UTC))
    anna.sees("You are expected soon")


async def test_after_an_outage_nothing_is_sent_twice_or_after_the_start_and_the_coordinator_finds_a_note(
    town: Town,
) -> None:
    scene = await staffed(town)
    carla, anna, shift = scene.carla, scene.anna, scene.shift
    town.clock.at = WEDNESDAY - timedelta(hours=2)  # both steps were due while the bot was away
    await town.settle()
    with town.store.read() as session:
        assert len(crowd.told(session, MESSAGE, State.SENT)) == 1
    other = await crowd.drafted(town, carla, WEDNESDAY + timedelta(days=7))
    await carla.presses("Publish and tell")
    await anna.presses("I'm in")
    town.clock.at = WEDNESDAY + timedelta(days=7, minutes=1)
    await town.settle()
    with town.store.read() as session:
        assert len(crowd.told(session, MESSAGE, State.SENT)) == 1
    notes = Button("", "reminder.notes", other.key)
    town.telegram.forge(carla.id, carla.screen.message_id, town.bot.dispatcher.signer.data(notes, carla.id))
    await town.settle()
    carla.sees("not sent, because it had become too late", "Not answered yet: Anna")
    assert other.key != shift.key


async def test_a_reminder_on_its_way_is_dropped_when_the_shift_moves(town: Town) -> None:
    scene = await staffed(town)
    carla, anna, shift = scene.carla, scene.anna, scene.shift
    town.telegram.faults.add(Fault(FaultKind.LOST_REQUEST, rate=1.0, chat_id=anna.id))
    await crowd.until(town, WEDNESDAY - timedelta(days=1))
    later = WEDNESDAY + timedelta(days=2)
    with town.store.unit_of_work() as uow:
        move_shift(uow, carla.person().key, shift.key, Venue(later, later + timedelta(hours=1), "Library"))
    town.telegram.faults.clear()
    await town.passes(minutes=10)
    anna.sees("Does it still suit you?")
    assert "You are expected soon" not in anna.everything

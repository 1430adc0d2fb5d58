"""Stories of shifts: coordinators say what is needed, volunteers take and give back places."""

from datetime import timedelta

from sqlmodel import select

from bot.features.shifts.models import Shift
from tests.features.shifts.desk import ENGLISH, ON_WEDNESDAY, WEDNESDAY
from tests.features.volunteers.test_story_volunteer import sign_up as joins
from tests.support.town import Someone, Town

HOURS = timedelta(hours=3)
WEEK_LATER = WEDNESDAY + timedelta(days=7)
WHEN = ENGLISH.when(WEDNESDAY, WEDNESDAY + HOURS)


async def coordinator(town: Town, user_id: int = 900, name: str = "Carla", key: str = "caritas") -> Someone:
    """A coordinator on the home screen, her taps not counted yet."""
    who = await town.someone(user_id, name, "en")
    town.appoint(who, town.organisation(key, key.capitalize()))
    await who.says("/start")
    return who


async def makes_a_draft(who: Someone, *, most: str = "2") -> None:
    """Make a draft of Wednesday's café, from 17:00 to 20:00, in a hurry."""
    await who.says("/start")
    await who.presses("New shift", "Host at Café", "Café International", ON_WEDNESDAY, "17:00", "3 hours")
    await who.presses(*([most, "Skip", "Skip", "Skip"] if most != "1" else [most, "Skip", "Skip"]), "Keep as a draft")


async def publishes(who: Someone, *, most: str = "2") -> int:
    """Make a shift and open it for sign-up."""
    await makes_a_draft(who, most=most)
    await who.presses("Publish silently")
    with who.town.store.read() as session:
        return max(key for key in session.exec(select(Shift.id)) if key)


async def test_a_draft_shows_what_volunteers_will_see_and_how_many_it_fits(town: Town) -> None:
    await joins(town)
    carla = await coordinator(town)
    await makes_a_draft(carla)
    carla.sees("Draft", "Host at Café International", WHEN, "Liebfrauenstraße 25")
    carla.sees("0 of 2 places", "told to 1 person")
    assert "📣 Publish and tell 1 person" in carla.captions


async def test_a_new_shift_takes_at_most_fourteen_taps_and_nothing_typed(town: Town) -> None:
    await joins(town)
    carla = await coordinator(town)
    carla.taps = carla.typed = 0
    await makes_a_draft(carla)
    await carla.presses("Publish and tell 1 person")
    assert carla.taps <= 14
    assert carla.typed == 0
    with town.store.read() as session:
        assert session.exec(select(Shift)).one().is_open


async def test_a_copy_of_last_weeks_shift_is_announced_within_four_taps_from_home(town: Town) -> None:
    await joins(town)
    carla = await coordinator(town)
    await publishes(carla)
    await town.passes(days=6)
    await carla.says("/start")
    carla.taps = carla.typed = 0
    await carla.presses("Our shifts", f"🔁 {ON_WEDNESDAY}", "A week later")
    carla.sees("Draft", ENGLISH.when(WEEK_LATER, WEEK_LATER + HOURS))
    await carla.presses("Publish and tell 1 person")
    assert carla.taps <= 4
    assert carla.typed == 0


async def test_a_volunteer_signs_up_gives_her_place_back_and_comes_again_with_one_tap_each(town: Town) -> None:
    anna = await joins(town)
    carla = await coordinator(town)
    await publishes(carla)
    await anna.says("/shifts")
    assert any("⭐" in caption for caption in anna.captions)
    await anna.presses(f"⭐ {ON_WEDNESDAY}")
    await anna.presses("I'm in")
    anna.sees("1 of 2 places", "✅ You are in. Thank you!")
    await carla.presses("Refresh")
    carla.sees("1 of 2 places", "✅ Anna")
    await anna.presses("I can't")
    anna.sees("0 of 2 places")
    await anna.presses("I'm in")
    anna.sees("1 of 2 places", "✅ You are in. Thank you!")
    await anna.presses("My shifts")
    assert any(f"✅ {ON_WEDNESDAY}" in caption for caption in anna.captions)


async def test_a_roster_stays_true_without_being_touched(town: Town) -> None:
    anna = await joins(town)
    carla = await coordinator(town)
    number = await publishes(carla)
    carla.sees("0 of 2 places")
    await anna.says(f"/start shift-{number}")
    await anna.presses("I'm in")
    carla.sees("1 of 2 places", "✅ Anna")
    await anna.presses("I can't")
    carla.sees("0 of 2 places", "👎 Anna can't come")


async def test_a_full_shift_offers_the_waitlist_which_moves_up(town: Town) -> None:
    anna = await joins(town)
    berta = await joins(town, "Berta", user_id=102)
    number = await publishes(await coordinator(town), most="1")
    for who in (anna, berta):
        await who.says(f"/start shift-{number}")
    await anna.presses("I'm in")
    assert not any("I'm in" in caption for caption in berta.captions)
    await berta.presses("Join the waitlist")
    berta.sees("You are number 1 on the waitlist")
    await anna.presses("I can't")
    berta.sees("✅ A place became free, and it is yours.", "1 of 1 places")
    anna.sees("1 of 1 places")
    assert "⏳ Join the waitlist" in anna.captions


async def test_an_overlap_is_refused_naming_the_other_shift(town: Town) -> None:
    anna = await joins(town)
    carla = await coordinator(town)
    first = await publishes(carla)
    await carla.says("/newshift")
    await carla.presses("Homework", "Café International", ON_WEDNESDAY, "18:00", "1 hour", "1", "Skip", "Skip")
    await carla.presses("Keep as a draft", "Publish silently")
    await anna.says(f"/start shift-{first}")
    await anna.presses("I'm in")
    await anna.says(f"/start shift-{first + 1}")
    await anna.presses("I'm in")
    anna.sees("At that time you have another shift: Host at Café International", "0 of 1 places")
    anna.sees(ENGLISH.short_when(WEDNESDAY))
    await anna.presses("Host at Café")
    anna.sees("✅ You are in. Thank you!")


async def test_whoever_is_no_volunteer_or_takes_a_break_is_led_on(town: Town) -> None:
    number = await publishes(await coordinator(town))
    stranger = await town.someone(77, "Sami", "en")
    await stranger.says(f"/start shift-{number}")
    assert "🙋 I want to help" in stranger.captions
    anna = await joins(town)
    await anna.says("/volunteer")
    await anna.presses("Take a break")
    await anna.says(f"/start shift-{number}")
    assert "▶️ I am back" in anna.captions
    assert not any("I'm in" in caption for caption in anna.captions + stranger.captions)


async def test_a_moved_shift_is_told_and_asked_again(town: Town) -> None:
    anna = await joins(town)
    carla = await coordinator(town)
    number = await publishes(carla)
    await anna.says(f"/start shift-{number}")
    await anna.presses("I'm in")
    await carla.presses("Change time or place", "✏️ Start", "18:00")
    carla.sees("1 person is told and asked again")
    await carla.presses("Move and tell everybody")
    carla.sees("❓ Anna has not said yet")
    anna.sees("18:00–21:00", "Does it still suit you?", f"Before, it began on {ENGLISH.when(WEDNESDAY)}.")
    await anna.presses("Yes, it still suits me")
    anna.sees("✅ You are in. Thank you!")
    carla.sees("✅ Anna")


async def test_a_yes_to_a_shift_that_was_moved_meanwhile_is_no_yes_to_the_new_time(town: Town) -> None:
    anna = await joins(town)
    carla = await coordinator(town)
    number = await publishes(carla)
    await anna.says(f"/start shift-{number}")
    message, old_button = anna._find("I'm in")
    await carla.presses("Change time or place", "✏️ Start", "09:00", "Move and tell everybody")
    town.telegram.forge(anna.id, message.message_id, old_button)
    await town.settle()
    assert "changed meanwhile" in anna.alerts[-1]
    anna.sees("09:00–12:00", "0 of 2 places")


async def test_a_cancelled_shift_is_told_to_all_with_the_reason(town: Town) -> None:
    anna = await joins(town)
    carla = await coordinator(town)
    number = await publishes(carla)
    await anna.says(f"/start shift-{number}")
    await anna.presses("I'm in")
    await carla.presses("Cancel the shift")
    await carla.says("The heating has failed.")
    carla.sees("Do you really want to cancel", "The heating has failed.", "1 person on it is told why")
    assert "less than 24 hours" not in carla.last
    await carla.presses("Yes, cancel the shift")
    carla.sees("does not take place")
    anna.sees("This shift does not take place", "The heating has failed.")
    assert not any("I'm in" in caption or "I can't" in caption for caption in anna.captions)


async def test_cancelling_on_the_last_day_says_that_it_is_late(town: Town) -> None:
    carla = await coordinator(town)
    await publishes(carla)
    await town.passes(days=2)
    await carla.presses("Cancel the shift", "The room cannot be used")
    carla.sees("less than 24 hours")
    with town.store.read() as session:
        assert session.exec(select(Shift)).one().is_open


async def test_a_draft_is_changed_and_only_thrown_away_after_a_question(town: Town) -> None:
    carla = await coordinator(town)
    await makes_a_draft(carla)
    await carla.presses("✏️ Change", "✏️ Note")
    await carla.says("Please bring an apron.")
    await carla.presses("Keep as a draft")
    carla.sees("💬 Please bring an apron.")
    await carla.presses("Delete draft", "Back")
    carla.sees("💬 Please bring an apron.")
    await carla.presses("Delete draft", "Yes, throw it away")
    carla.sees("The draft is thrown away", "No shift is planned")
    with town.store.read() as session:
        assert session.exec(select(Shift)).first() is None


async def test_another_organisations_coordinator_sees_and_changes_nothing(town: Town) -> None:
    number = await publishes(await coordinator(town))
    other = await coordinator(town, 901, "Olga", "malteser")
    await other.says("/ourshifts")
    other.sees("No shift is planned")
    await other.says(f"/start shift-{number}")
    assert "Cancel the shift" not in " ".join(other.captions)


async def test_a_card_of_a_shift_that_has_begun_has_no_buttons_to_sign_up(town: Town) -> None:
    anna = await joins(town)
    number = await publishes(await coordinator(town))
    await anna.says(f"/start shift-{number}")
    await town.passes(days=2, hours=8)
    anna.sees("This shift has begun already.")
    assert "✅ I'm in" not in anna.captions


async def test_a_link_to_no_shift_or_to_a_draft_is_answered_kindly(town: Town) -> None:
    carla = await coordinator(town)
    await makes_a_draft(carla)
    anna = await joins(town)
    for word in ("shift-1", "shift-999", "shift-x", "shift-99999999999999999999"):
        await anna.says(f"/start {word}")
        assert "Host at Café" not in anna.last
        assert anna.captions

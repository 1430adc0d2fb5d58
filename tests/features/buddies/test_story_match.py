"""Stories of a pair, from the proposal to the end: both agree first, nobody is blamed, nobody else sees anything."""

from datetime import timedelta

from sqlmodel import select

from bot.app import FEATURES
from bot.core.erasure import erase_person
from bot.core.personal_data import in_order_of_erasure
from bot.features.buddies.models import BuddyMatch, BuddyOffer, MatchState
from bot.features.organisations.models import Organisation, Place
from tests.features.buddies import phones
from tests.features.buddies.phones import Reader
from tests.support.town import Town


def state(town: Town) -> str:
    """The state of the only match."""
    with town.store.read() as session:
        return session.exec(select(BuddyMatch.state)).one()


def press(town: Town, reader: Reader, caption: str) -> None:
    """Tap a button of the newest message, without letting the bot act on it yet."""
    town.telegram.press(reader.who.id, reader.who.screen.message_id, caption)


async def together(town: Town) -> tuple[Reader, Reader, Reader]:
    """A pair that both said yes to."""
    amal, olena, clara = await phones.proposed(town)
    await amal.taps("✅ Yes, gladly")
    await olena.taps("✅ Yes, gladly")
    return amal, olena, clara


async def test_nothing_is_shared_before_both_said_yes(town: Town) -> None:
    amal, olena, _ = await phones.proposed(town)
    amal.reads("🤝 <b>We found somebody who could be your buddy.</b>")
    await amal.taps("✅ Yes, gladly")
    assert state(town) == MatchState.PROPOSED
    assert "Olena" not in amal.who.everything
    assert "أمل" not in olena.who.everything
    await olena.taps("✅ Yes, gladly")
    olena.who.sees("You and أمل are buddies now.")
    amal.who.sees("Olena")


async def test_a_proposal_shows_what_two_have_in_common_in_three_lines(town: Town) -> None:
    _, olena, _ = await phones.proposed(town)
    olena.who.sees("Both would like: 💬 Talking.", "Both have time: Weekday evenings.", "Please answer by Thu")
    assert len(olena.who.last.splitlines()) == 3


async def test_both_hear_where_to_meet_and_no_way_around_the_bot(town: Town) -> None:
    with town.store.unit_of_work() as uow:
        carrier = Organisation(
            key="caritas", name="Caritas", office_hours="Wednesday 10–12", contact="at the desk, room 3"
        )
        uow.session.add_all([carrier, Place(name="Centre", address="Liebfrauenstraße 25")])
    amal, olena, _ = await together(town)
    for one, other in ((amal, olena), (olena, amal)):
        one.who.sees("Centre, Liebfrauenstraße 25", "Caritas", "Wednesday 10–12", "room 3")
        for handle in (str(other.who.id), "@", "t.me", "tg://"):
            assert handle not in one.who.everything


async def test_a_no_is_never_told_as_one_and_both_are_looked_after_further(town: Town) -> None:
    amal, olena, clara = await phones.proposed(town)
    await amal.taps("✅ Yes, gladly")
    await olena.taps("🙅 No, thank you")
    olena.who.sees("Nobody is told that you said no.", "We keep looking for you.")
    amal.reads("This time it did not work out. That happens and is nobody's fault.")
    clara.who.sees("do not come together")
    await clara.taps("🤝 Buddies")
    clara.who.sees("1 person is waiting.")
    await clara.who.presses("أمل")
    clara.who.sees("Nobody fits at the moment.")


async def test_a_lapse_looks_the_same_to_the_one_who_waited_and_is_no_refusal(town: Town) -> None:
    amal, olena, clara = await phones.proposed(town)
    await amal.taps("✅ Yes, gladly")
    await town.passes(hours=71)
    assert state(town) == MatchState.PROPOSED
    await town.passes(hours=2)
    assert state(town) == MatchState.LAPSED
    amal.reads("This time it did not work out. That happens and is nobody's fault.")
    olena.who.sees("We keep looking for you.")
    clara.who.sees("That is no refusal.")
    await clara.taps("🤝 Buddies")
    await clara.who.presses("أمل", "💌 Propose Olena")
    amal.reads("🤝 <b>We found somebody who could be your buddy.</b>")


async def test_a_yes_that_comes_after_the_lapse_hears_what_is_true(town: Town) -> None:
    _, olena, _ = await phones.proposed(town)
    town.clock.jump(timedelta(hours=72))
    press(town, olena, "✅ Yes, gladly")
    await town.bot.ticker.tick()
    await town.settle()
    assert state(town) == MatchState.LAPSED
    assert "This is over already" in olena.who.alerts[-1]


async def test_a_pair_ends_without_blame_and_each_may_look_again(town: Town) -> None:
    amal, olena, clara = await together(town)
    await amal.taps("👋 End it kindly", "‹ Back", "👋 End it kindly", "Yes, end it")
    assert state(town) == MatchState.ENDED
    for one in (amal, olena):
        one.reads("Your time as buddies is over. That is nobody's fault. Thank you for the time together!")
    assert "Olena" not in amal.who.everything
    clara.who.sees("no longer buddies")
    await amal.taps("▶️ Look again")
    await clara.taps("🤝 Buddies")
    clara.who.sees("1 person is waiting.")
    await clara.who.presses("أمل")
    clara.who.sees("Nobody fits at the moment.")


async def test_a_coordinator_can_end_a_pair_of_her_own_kindly(town: Town) -> None:
    _, olena, clara = await together(town)
    await clara.taps("🤝 Buddies", "🤝 Our pairs")
    clara.who.sees("أمل and Olena: together since Mon")
    await clara.who.presses("🤝 أمل", "👋 End it kindly")
    assert state(town) == MatchState.ENDED
    olena.who.sees("nobody's fault")


async def test_a_coordinator_elsewhere_sees_only_that_a_request_is_taken(town: Town) -> None:
    mia = await phones.coordinator(town, 301, "Mia", "malteser")
    amal = await phones.newcomer(town)
    await phones.volunteer(town)
    clara = await phones.coordinator(town)
    await mia.who.says("/buddies")
    await mia.who.presses("أمل")
    mia.who.sees("أمل", "Olena")
    await clara.who.says("/buddies")
    await clara.who.presses("أمل", "💌 Propose Olena")
    mia.who.sees("Somebody has taken this request, or it is no longer waiting.")
    await mia.taps("‹ Back")
    mia.who.sees("0 people are waiting", "1 request is with another organisation.")
    assert "Our pairs" not in str(mia.who.captions)
    assert "أمل" not in mia.who.everything
    await amal.taps("✅ Yes, gladly")
    assert "أمل" not in mia.who.everything


async def test_two_coordinators_on_one_screen_cannot_propose_twice(town: Town) -> None:
    await phones.newcomer(town)
    await phones.volunteer(town)
    clara, dora = await phones.coordinator(town), await phones.coordinator(town, 104, "Dora")
    for one in (clara, dora):
        await one.who.says("/buddies")
        await one.who.presses("أمل")
    for one in (clara, dora):
        press(town, one, "💌 Propose Olena")
    await town.settle()
    clara.who.sees("Proposed.")
    assert "Somebody has taken this request" in dora.who.alerts[-1]
    dora.who.sees("Somebody has taken this request")
    with town.store.read() as session:
        assert len(session.exec(select(BuddyMatch)).all()) == 1


async def test_somebody_without_the_right_is_shown_no_desk(town: Town) -> None:
    await phones.newcomer(town)
    stranger = await town.someone(900, "Stranger", "en")
    await stranger.says("/buddies")
    stranger.sees("You cannot do this.")
    assert "أمل" not in stranger.everything


async def test_the_coordinator_hears_when_one_of_a_pair_cannot_be_reached(town: Town) -> None:
    _, olena, clara = await together(town)
    town.telegram.block(olena.who.id)
    await town.settle()
    clara.who.sees("cannot be reached on Telegram")


async def test_the_desk_stays_true_while_it_is_open(town: Town) -> None:
    clara = await phones.coordinator(town)
    await clara.who.says("/buddies")
    clara.who.sees("0 people are waiting")
    await phones.newcomer(town)
    clara.who.sees("1 person is waiting.")
    assert any("أمل" in caption for caption in clara.who.captions)


async def test_a_place_given_back_is_free_again(town: Town) -> None:
    amal, _, _ = await together(town)
    await amal.taps("👋 End it kindly", "Yes, end it")
    with town.store.read() as session:
        assert session.exec(select(BuddyOffer.taken)).one() == 0


async def test_when_one_of_a_pair_is_erased_her_name_goes_and_the_other_hears_kindly(town: Town) -> None:
    amal, olena, clara = await together(town)
    with town.store.unit_of_work() as uow:
        erase_person(uow, amal.who.person(), in_order_of_erasure([one.personal_data for one in FEATURES]))
    await town.settle()
    olena.who.sees("Your time as buddies is over. That is nobody's fault.", "We keep looking for you.")
    clara.who.sees("Somebody who left and Olena are no longer buddies.")
    assert "أمل" not in olena.who.everything + clara.who.everything

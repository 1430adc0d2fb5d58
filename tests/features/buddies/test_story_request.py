"""Stories of asking and offering: everything in taps, adults only, nothing kept of a no."""

import re

from sqlmodel import select

from bot.chat.conversations import Conversation
from bot.core.consent import Consent
from bot.features.buddies.models import BuddyOffer, BuddyRequest
from tests.features.buddies import phones
from tests.features.buddies.phones import Reader
from tests.support.town import Town


def lines_of(reader: Reader) -> list[str]:
    """The lines on the newest message, without the one that counts the steps."""
    return [line for line in reader.who.last.splitlines() if line and not re.search(r"\d/\d", line)]


async def test_a_newcomer_asks_in_thirteen_taps_and_types_nothing(town: Town) -> None:
    amal = await phones.newcomer(town)
    assert (amal.who.taps, amal.who.typed) == (13, 0)
    with town.store.read() as session:
        (request,) = session.exec(select(BuddyRequest)).all()
        assert (request.languages, request.german, request.topics) == (["ar"], "simple", ["talk"])
        assert (request.times, request.comfort, request.i_am) == (["week.evening"], "women", "woman")
        (consent,) = session.exec(select(Consent)).all()
        assert (consent.purpose, consent.language) == ("buddies", "ar")
        assert session.exec(select(Conversation)).all() == []
    assert amal.who.person().name == "أمل"


async def test_a_newcomer_never_meets_more_than_six_choices_or_three_lines(town: Town) -> None:
    amal = Reader(await town.someone(101, "أمل", "ar"), "ar")
    await amal.taps(*phones.TO_THE_REQUEST)
    for caption in phones.REQUEST:
        assert len(amal.choices()) <= 6, amal.who.captions
        assert len(lines_of(amal)) <= 3, amal.who.last
        if caption == phones.REQUEST[-1]:
            assert len(amal.who.captions) <= 6, amal.who.captions
        await amal.taps(caption)
    assert len(lines_of(amal)) <= 3
    await amal.taps("🤝 My answers")
    assert len(lines_of(amal)) <= 3
    assert len(amal.who.captions) <= 6


async def test_comfort_and_gender_are_on_no_screen_afterwards(town: Town) -> None:
    await phones.newcomer(town, name="Amal", locale="en")
    await phones.volunteer(town)
    clara = await phones.coordinator(town)
    await clara.who.says("/buddies")
    await clara.who.presses("Amal")
    clara.who.sees("Amal", "Olena", "Both have time: Weekday evenings.")
    for secret in ("Women only", "women", "A woman", "comfortable"):
        assert secret not in clara.who.everything


async def test_somebody_under_18_is_led_on_kindly_and_nothing_is_kept(town: Town) -> None:
    amal = Reader(await town.someone(101, "أمل", "ar"), "ar")
    await amal.taps(*phones.TO_THE_REQUEST, "No, younger")
    amal.reads("You are also welcome at the desk of the centre: somebody there finds the right people for you.")
    with town.store.read() as session:
        for table in (BuddyRequest, Consent, Conversation):
            assert session.exec(select(table)).all() == []
    assert amal.who.person().name == ""


async def test_a_request_is_changed_paused_and_stopped_at_any_time(town: Town) -> None:
    amal = await phones.newcomer(town, name="Amal", locale="en")
    await amal.taps("🤝 My answers", "✏️ Change")
    await amal.taps("Next ›", "Quite well", "💼 Work", "Next ›", "Next ›", "All are fine", "Amal", "A woman")
    await amal.taps("I agree, send it")
    await amal.taps("🤝 My answers")
    amal.who.sees("Your German: Quite well.", "💬 Talking and 💼 Work")
    await amal.taps("⏸ Take a break")
    amal.who.sees("taking a break")
    await amal.taps("▶️ Look again")
    amal.who.sees("We are looking")
    await amal.taps("👋 Stop", "‹ Back", "👋 Stop", "Yes, stop")
    with town.store.read() as session:
        assert session.exec(select(BuddyRequest)).all() == []


async def test_one_answer_can_be_changed_before_sending(town: Town) -> None:
    amal = Reader(await town.someone(101, "Amal", "en"), "en")
    await amal.taps(*phones.TO_THE_REQUEST, *phones.REQUEST[:-1])
    amal.who.sees("Your buddy will call you Amal.", "I agree that my languages")
    await amal.taps("✏️ With whom", "Men only", "I agree, send it")
    with town.store.read() as session:
        assert session.exec(select(BuddyRequest.comfort)).one() == "men"


async def test_somebody_whose_profile_name_is_no_name_is_asked_and_may_not_give_a_handle(town: Town) -> None:
    amal = Reader(await town.someone(101, "@amal_751", "en"), "en")
    await amal.taps(*phones.TO_THE_REQUEST, *phones.REQUEST[:8])
    await amal.who.says("t.me/amal")
    amal.who.sees("without numbers or links")
    await amal.who.says("Amal")
    await amal.taps("A woman", "I agree, send it")
    assert amal.who.person().name == "Amal"


async def test_a_volunteer_offers_and_says_for_how_many(town: Town) -> None:
    olena = Reader(await town.someone(102, "Olena", "uk"), "uk")
    await olena.who.says("/buddy")
    await olena.taps("🤝 Be a language buddy", *phones.OFFER, "2", "I agree, send it")
    with town.store.read() as session:
        (offer,) = session.exec(select(BuddyOffer)).all()
        assert (offer.languages, offer.capacity) == (["uk"], 2)
    await olena.who.says("/buddy")
    await olena.taps("✏️ Change")
    olena.reads("Which languages do you speak besides German? Tap all of them, then “Next”.")


async def test_taking_the_consent_back_rests_the_request_until_it_is_given_anew(town: Town) -> None:
    from bot.core.consent import withdraw_consent

    amal = await phones.newcomer(town, name="Amal", locale="en")
    clara = await phones.coordinator(town)
    with town.store.unit_of_work() as uow:
        withdraw_consent(uow, amal.who.person().key, "buddies")
    await clara.who.says("/buddies")
    clara.who.sees("0 people are waiting")
    await amal.taps("🤝 My answers")
    amal.who.sees("taking a break")
    await amal.taps("▶️ Look again")
    amal.who.sees("I agree that my languages")
    await amal.taps("I agree, send it")
    clara.who.sees("1 person is waiting.")

"""After a silence in which Telegram dropped taps, whoever holds a live card is asked once to tap again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.app import build_bot
from bot.chat import gaps
from bot.core.due import DueRow, DueState
from tests.features.announcements import crowd
from tests.features.buddies import phones
from tests.support.town import Someone, Town, plain

WEDNESDAY = datetime(2026, 2, 4, 16, 0, tzinfo=UTC)  # 17:00 in the town
AWAY = {"en": "We were away", "de": "nicht erreichbar", "uk": "Нас не було", "ar": "لم نكن متاحين"}


async def announced(town: Town, *languages: str) -> list[Someone]:
    """A coordinator, volunteers whose phones speak these languages, and a shift all of them were told of."""
    carla = await crowd.desk(town)
    helpers = [await crowd.helper(town, 101 + n, f"V{n}", language) for n, language in enumerate(languages)]
    await crowd.drafted(town, carla, WEDNESDAY)
    await carla.presses(f"Publish and tell {len(helpers)}")
    return [carla, *helpers]


async def is_away(town: Town, **time: float) -> None:
    """Telegram could reach us until now, then not for so long, then again."""
    town.bot.ingest.listening.heard()
    town.clock.jump(timedelta(**time))
    town.bot.ingest.listening.heard()
    await town.settle()


def asked(who: Someone, language: str = "en") -> int:
    """How often she was asked to tap again."""
    return sum(AWAY[language] in plain(message.text) for message in who.screens)


async def test_whoever_holds_a_live_card_is_asked_once_in_her_language(town: Town) -> None:
    carla, *helpers = await announced(town, *AWAY)
    nobody = await town.someone(300, "Dilan", "en")
    await is_away(town, minutes=30)
    assert [asked(who, language) for who, language in zip(helpers, AWAY, strict=True)] == [1] * len(AWAY)
    assert (asked(carla), asked(nobody)) == (1, 0)
    helpers[0].sees("from Monday 2 February, 10:0", "to 10:3", "tap it again")
    await helpers[0].presses("I'm in")
    assert "You are in" in helpers[0].everything
    await is_away(town, minutes=30)
    assert asked(helpers[0]) == 2


async def test_the_sides_of_a_proposal_are_asked_and_those_who_found_each_other_are_not(town: Town) -> None:
    amal, olena, _ = await phones.proposed(town)
    await is_away(town, minutes=3)
    assert (asked(amal.who, "ar"), asked(olena.who)) == (1, 1)
    for side in (amal, olena):
        await side.taps("✅ Yes, gladly")
    await is_away(town, minutes=3)
    assert (asked(amal.who, "ar"), asked(olena.who)) == (1, 1)


@pytest.mark.parametrize("minutes", [0.5, 2.4])
async def test_a_tap_that_telegram_still_kept_is_not_asked_for_again(town: Town, minutes: float) -> None:
    _, anna = await announced(town, "en")
    await is_away(town, minutes=minutes)
    assert asked(anna) == 0


async def test_nobody_is_asked_about_what_is_over(town: Town) -> None:
    _, anna = await announced(town, "en")
    await crowd.until(town, WEDNESDAY)
    await is_away(town, minutes=30)
    assert asked(anna) == 0


async def test_a_start_after_a_gap_tells_of_it_and_the_very_first_does_not(town: Town) -> None:
    _, anna = await announced(town, "en")
    town.bot.ingest.listening.heard()
    await town.settle()
    assert asked(anna) == 0
    town.clock.jump(timedelta(minutes=10))
    town.bot = build_bot(town.settings, town.store, town.client, "lotse_demo_bot", town._pace)
    town.bot.ingest.listening.heard()
    await town.settle()
    assert asked(anna) == 1


async def test_a_jump_of_the_clock_while_we_listen_is_no_gap(town: Town) -> None:
    _, anna = await announced(town, "en")
    seconds = iter(range(1000))
    town.bot.ingest.listening = gaps.Listening(town.store, lambda: float(next(seconds)))
    for jump in (timedelta(), timedelta(hours=6), timedelta(days=-1)):
        town.clock.jump(jump)
        town.bot.ingest.listening.heard()
    await town.settle()
    assert asked(anna) == 0


async def test_at_night_nobody_is_woken_for_it(town: Town) -> None:
    _, anna = await announced(town, "en")
    await crowd.until(town, datetime(2026, 2, 3, 20, 30, tzinfo=UTC))  # 21:30 in the town
    await is_away(town, hours=1)
    await crowd.until(town, datetime(2026, 2, 4, 6, 55, tzinfo=UTC))
    assert asked(anna) == 0
    await crowd.until(town, datetime(2026, 2, 4, 7, 5, tzinfo=UTC))
    assert asked(anna) == 1


async def test_many_people_are_told_bit_by_bit_and_each_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "CHUNK", 2)
    people = await announced(town, *["en"] * 5)
    await is_away(town, minutes=5)
    assert [asked(who) for who in people] == [1] * 6


async def test_polling_itself_notes_and_tells(town: Town) -> None:
    _, anna = await announced(town, "en")
    for minutes in (0, 5):
        town.clock.jump(timedelta(minutes=minutes))
        town.telegram.say(anna.id, "/help")
        polling = asyncio.ensure_future(town.bot.ingest.poll())
        async with asyncio.timeout(20):
            while not noted(town):
                await asyncio.sleep(0.01)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        await town.settle()
    assert asked(anna) == 1


def noted(town: Town) -> bool:
    with town.store.read() as session:
        row = session.exec(select(DueRow).where(DueRow.key == gaps.HEARD)).first()
        return row is not None and row.state == DueState.DONE and town.clock.now() - row.at < timedelta(minutes=1)

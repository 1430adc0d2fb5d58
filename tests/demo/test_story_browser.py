"""The story the demo tells, by clicks in a real browser: a shift that fills, two who become buddies, Telegram failing."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.core.message import Html
from bot.demo.people import COORDINATOR, NEWCOMER, SECOND, THIRD, VOLUNTEER
from bot.features.shifts.messages import NOTICES
from tests.demo.story import ZONE, Hand, Town, open_town

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTE = "Bitte eine Schürze mitbringen."


async def ask_for_help(town: Town, clara: Hand, most: int) -> datetime:
    """Make a shift by buttons and tell everybody whom it fits; returns its start."""
    day = (await town.now()).date() + timedelta(days=3)
    await clara.tap("➕ New shift")
    await clara.sees("What is there to do?")
    await clara.choose(clara.t("Host at Café International"))
    await clara.sees("Where is it? Tap a place, or write another one.")
    await clara.choose("Café International", clara.t.short_day(day), "17:00", clara.t.duration(180), str(most))
    if most > 1:
        await clara.sees("How many are needed at least? If you skip this, one is enough.")
        await clara.tap("Skip ›")
    await clara.sees(
        "Should they speak a certain language? Tap all of which one is enough, then “Next”; or skip this."
    )
    await clara.tap("Skip ›")
    await clara.sees("Is there anything else to know? Write it in at most 300 characters, or skip this.")
    await clara.write(NOTE)
    await clara.press(clara.button(f"✅ {clara.t.button('Keep as a draft')}"))
    await clara.sees("📝 <b>Draft: only coordinators see it</b>")
    await clara.choose(clara.t.n("📣 Publish and tell {n} person", "📣 Publish and tell {n} people", 3))
    return datetime.combine(day, time(17), ZONE)


def taken(hand: Hand, count: int, most: int) -> Html:
    """How many places are taken, as this person reads it."""
    return hand.t("👥 {taken} of {most} places are taken.", taken=count, most=most)


async def test_a_shift_fills_up_and_the_waitlist_gets_what_is_given_back(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        clara, olena, jonas, maria = (town.hand(one) for one in (COORDINATOR, VOLUNTEER, SECOND, THIRD))
        starts_at = await ask_for_help(town, clara, most=2)
        await clara.sees("✉️ Sent to {sent} of {total}.", sent=3, total=3)
        await clara.tap("📋 Roster")

        await olena.sees("Can you come? One tap is enough.")
        await olena.sees(Html(olena.t.when(starts_at, starts_at + timedelta(hours=3))))
        await olena.sees("💬 {text} <i>(original: {language})</i>", text=NOTE, language=olena.t.language("de"))
        await olena.tap("✅ I'm in")
        await olena.sees("✅ You are in.")
        await clara.sees(clara.t("✅ {name}", name="Олена"))

        await jonas.take(VOLUNTEER)
        await jonas.tap("✅ I'm in")
        await jonas.sees("✅ You are in.")
        await maria.take(SECOND)
        await maria.sees(taken(maria, 2, 2))
        await maria.tap("⏳ Join the waitlist")
        await maria.sees("⏳ You are number {number} on the waitlist.", number=1)

        await clara.sees(clara.t("✅ {name}", name="Jonas"))
        await clara.sees(clara.t("⏳ {number}. {name}", number=1, name="Maria"))

        await olena.take(THIRD)
        await town.to_next_reminder()
        await olena.sees("<b>⏰ Soon you are expected.</b>")
        assert await town.now() >= starts_at - timedelta(days=1)
        await olena.tap("🤒 I can't")
        await olena.sees("Thank you for telling us. Your place goes to somebody else. If you can come after all, tap again.")

        await maria.take(VOLUNTEER)
        await maria.sees(NOTICES["shift.promoted"])
        await maria.sees("✅ You are in.")
        await clara.sees(clara.t("✅ {name}", name="Maria"))
        await expect(clara.messages("Олена")).to_have_count(0)

"""The demo's story by clicks in a real browser: a shift fills up, two become buddies, Telegram fails."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.demo.people import COORDINATOR, NEWCOMER, SECOND, THIRD, VOLUNTEER
from bot.features.reminders.messages import cannot
from tests.demo.story import ZONE, Hand, offer_help, open_town, plain, publish, seek_a_buddy, write_a_shift

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTE = "Bitte eine Schürze mitbringen."
CALLED = "Café International"  # in every message about the shift, whatever the language


async def test_a_shift_fills_up_and_the_waitlist_gets_what_is_given_back(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        clara, olena, jonas, maria = (town.hand(one) for one in (COORDINATOR, VOLUNTEER, SECOND, THIRD))
        day = (await town.now()).date() + timedelta(days=3)
        starts_at = datetime.combine(day, time(17), ZONE)
        await write_a_shift(clara, day, most=2, note=NOTE)
        await publish(clara, to=3)
        await clara.tap("📋 Roster")

        await olena.sees(olena.t.when(starts_at, starts_at + timedelta(hours=3)))
        language = olena.t.language("de")
        await olena.sees(olena.t("💬 {text} <i>(original: {language})</i>", text=NOTE, language=language))
        await olena.tap("✅ I'm in")
        await olena.may_tap("🤒 I can't")
        await clara.sees(clara.t("✅ {name}", name="Олена"))

        await jonas.take(VOLUNTEER)
        await jonas.tap("✅ I'm in")
        await jonas.may_tap("🤒 I can't")
        await maria.take(SECOND)
        await maria.tap("⏳ Join the waitlist")
        await maria.may_tap("👎 Leave the waitlist")
        await clara.sees(clara.t("✅ {name}", name="Jonas"))
        await clara.sees(clara.t("⏳ {number}. {name}", number=1, name="Maria"))

        await olena.take(THIRD)
        await town.to_next_reminder()
        await olena.may_tap("👍 I'm coming")
        assert starts_at - timedelta(days=1) <= await town.now() < starts_at
        await olena.tap("🤒 I can't")
        await olena.may_tap("⏳ Join the waitlist")

        await clara.sees(clara.t("✅ {name}", name="Maria"))
        await expect(clara.newest).not_to_contain_text("✅ Олена")
        await town.is_quiet()
        await expect(olena.newest).to_contain_text(plain(cannot(olena.t)))
        await maria.take(VOLUNTEER)
        await maria.sees(maria.t("✅ <b>A place became free, and it is yours.</b>"))
        await expect(maria.button(maria.t.button("🤒 I can't"))).to_be_visible()


async def test_a_newcomer_and_a_volunteer_become_buddies_once_both_said_yes(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        amal, clara, maria = (town.hand(one) for one in (NEWCOMER, COORDINATOR, THIRD))
        await seek_a_buddy(amal, "ar")
        await expect(amal.phone.locator(".screen")).to_have_attribute("dir", "rtl")
        await maria.take(VOLUNTEER)
        await offer_help(maria)

        await clara.tap("🤝 Buddies")
        await clara.tap("🔎 {name}, since {day}", name="أمل", day=clara.t.short_day(await town.now()))
        await clara.tap("💌 Propose {name}", name="Maria")
        await maria.sees(maria.t("Both speak {languages}.", languages=maria.t.language("ar")))
        await maria.tap("✅ Yes, gladly")
        await amal.may_tap("✅ Yes, gladly")
        await expect(amal.messages("Maria")).to_have_count(0)
        await expect(maria.messages("أمل")).to_have_count(0)

        await amal.tap("✅ Yes, gladly")
        for hand, other in ((amal, "Maria"), (maria, "أمل")):
            await expect(hand.newest).to_contain_text(other)
            await expect(hand.newest).to_contain_text("Liebfrauenstraße 25")
            await hand.may_tap("👋 End it kindly")
        await clara.sees(
            clara.t(
                "🤝 {newcomer} and {volunteer} both said yes. They know where to meet.",
                newcomer="أمل",
                volunteer="Maria",
            )
        )
        kept = await save_my_data(amal)
        assert "أمل" in kept
        assert "Maria" not in kept
        assert json.loads(kept)


async def save_my_data(hand: Hand) -> str:
    """Ask for everything that is kept and save the file."""
    await hand.write("/mydata")
    async with hand.page.expect_download() as download:
        await hand.phone.get_by_test_id("file").click()
    return (await (await download.value).path()).read_text(encoding="utf-8")


async def test_nothing_is_lost_or_doubled_while_telegram_fails(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        clara, olena, jonas, maria = (town.hand(one) for one in (COORDINATOR, VOLUNTEER, SECOND, THIRD))
        await write_a_shift(clara, (await town.now()).date() + timedelta(days=3), most=2)
        await town.fail("429", "3")
        await publish(clara, to=3)
        await town.is_quiet()
        await clara.tap("📋 Roster")

        await town.fail("lost_answer", "3")
        await olena.tap("✅ I'm in")
        await olena.may_tap("🤒 I can't")
        await clara.sees(clara.t("✅ {name}", name="Олена"))
        await jonas.take(VOLUNTEER)
        await town.fail("lost_request", "3")
        await jonas.tap("✅ I'm in")
        await jonas.may_tap("🤒 I can't")
        await clara.sees(clara.t("✅ {name}", name="Jonas"))
        await town.fail("")
        await town.is_quiet()
        assert {"429", "lost_answer", "lost_request"} <= {call["fault"] for call in await town.calls()}

        await expect(clara.newest.get_by_text("✅")).to_have_count(1)
        await expect(jonas.messages(CALLED)).to_have_count(1)
        for hand, before in ((olena, jonas), (maria, olena)):
            await hand.take(before.user_id)
            await expect(hand.messages(CALLED)).to_have_count(1)


async def test_starting_over_brings_the_beginning_back(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        amal, clara = town.hand(NEWCOMER), town.hand(COORDINATOR)
        await seek_a_buddy(amal, "ar")
        await clara.tap("🤝 Buddies")
        await clara.may_tap("🔎 {name}, since {day}", name="أمل", day=clara.t.short_day(await town.now()))
        await town.page.get_by_test_id("clock-day").click()
        await town.page.get_by_test_id("reset").click()
        await expect(amal.phone.get_by_test_id("start")).to_be_visible()
        await town.shows_a_time_before(datetime.now(ZONE) + timedelta(minutes=5))
        await clara.tap("🤝 Buddies")
        await expect(clara.newest.get_by_test_id("button")).to_have_count(1)

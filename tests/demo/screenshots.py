"""Takes the pictures of the demo: three phones in the middle of the story, wide, narrow and dark, and single screens.

Run with python -m tests.demo.screenshots [FOLDER]; without a folder they go into docs.
"""

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot.core.translation import Translator
from bot.demo.people import COORDINATOR, NEWCOMER, SECOND, THIRD, VOLUNTEER
from bot.features.volunteers.messages import slot_button
from tests.demo.browser import NARROW
from tests.demo.story import ZONE, Hand, Town, offer_help, open_town, publish, seek_a_buddy, write_a_shift
from tests.support.check_source import ROOT

LARGEST = 400 * 1024  # bytes: a page that shows several of them shall open at once on a phone
WIDE = (1280, 980)
NOTE = "Bitte eine Schürze mitbringen."


async def take(town: Town, seen: Page | Locator, path: Path) -> None:
    """Take a picture of what is seen, once nothing moves any more."""
    await town.page.mouse.move(0, 0)
    await town.is_quiet()
    await seen.screenshot(path=path, animations="disabled", caret="hide")
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} has {size // 1024} kB, more than {LARGEST // 1024}")
    print(f"{path.name}  {size // 1024} kB")


async def tell_the_story(town: Town) -> None:
    """Bring all three phones to the middle: a proposal that waits for an answer, a yes, a roster with a waitlist."""
    amal, clara, olena, jonas, maria = (town.hand(one) for one in (NEWCOMER, COORDINATOR, VOLUNTEER, SECOND, THIRD))
    await seek_a_buddy(amal, "ar")
    await maria.take(VOLUNTEER)
    await offer_help(maria)
    await clara.tap("🤝 Buddies")
    await clara.tap("🔎 {name}, since {day}", name="أمل", day=clara.t.short_day(await town.now()))
    await clara.tap("💌 Propose {name}", name="Maria")
    await amal.may_tap("✅ Yes, gladly")

    await clara.tap("🏠 Home")
    await write_a_shift(clara, (await town.now()).date() + timedelta(days=3), most=2, note=NOTE)
    await publish(clara, to=3)
    await clara.tap("📋 Roster")
    await jonas.take(THIRD)
    await jonas.tap("✅ I'm in")
    await olena.take(SECOND)
    await olena.tap("✅ I'm in")
    await maria.take(VOLUNTEER)
    await maria.tap("⏳ Join the waitlist")
    await olena.take(THIRD)
    await clara.sees(clara.t("⏳ {number}. {name}", number=1, name="Maria"))


async def take_the_page(town: Town, folder: Path) -> None:
    """Take the three phones wide, dark, and the newcomer's on a narrow screen."""
    await take(town, town.page, folder / "demo.png")
    await town.page.emulate_media(color_scheme="dark")
    await take(town, town.page, folder / "demo-dark.png")
    await town.page.emulate_media(color_scheme="light")
    await town.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    await town.page.get_by_test_id(f"tab-{NEWCOMER}").click()
    await take(town, town.page, folder / "demo-phone.png")
    await town.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


async def new_person(town: Town, phone_of: int, language: str) -> Hand:
    """Let somebody nobody knows take a phone over and open the chat."""
    await town.page.get_by_test_id(f"phone-{phone_of}").get_by_test_id("person").select_option("new")
    slot = town.page.locator(".slot", has=town.page.get_by_test_id("start"))
    name = str(await slot.get_attribute("data-testid"))
    guest = Hand(town.page, int(name.removeprefix("phone-")), Translator("en", ZONE))
    await guest.phone.get_by_test_id("language").select_option(language)
    await guest.phone.get_by_test_id("start").click()
    await expect(guest.phone.get_by_test_id("message").last).to_be_visible()
    return guest


async def take_screens(town: Town, folder: Path) -> None:
    """Take single phones: the roster, the doors, the languages, the table of weekdays."""
    clara, olena = town.hand(COORDINATOR), town.hand(VOLUNTEER)
    await take(town, clara.phone.locator(".phone"), folder / "roster.png")
    await olena.tap("🏠 Home")
    await olena.tap("🚪 Find the right door")
    await take(town, olena.phone.locator(".phone"), folder / "doors.png")
    guest = await new_person(town, NEWCOMER, "uk")
    await take(town, guest.phone.locator(".phone"), folder / "languages.png")
    await guest.pick_language("uk")
    await guest.tap("🙋 I want to help")
    await guest.tap("👍 I agree")
    await guest.write("Тарас")
    await guest.next_after(
        "Which languages do you speak? Tap all of them, then “Next”.", guest.t.language_caption("en")
    )
    await guest.next_after(
        "What would you like to do? Tap all that you like, then “Next”.", str(guest.t("Sewing workshop"))
    )
    await guest.choose(*(slot_button(guest.t, slot) for slot in ("0.evening", "2.afternoon", "5.morning")))
    await take(town, guest.phone.locator(".phone"), folder / "times.png")


async def main(folder: Path) -> None:
    """Take all pictures into a folder."""
    (folder / "screens").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        async with open_town(Path(scratch), WIDE, color_scheme="light") as town:
            await tell_the_story(town)
            await take_the_page(town, folder)
            await take_screens(town, folder / "screens")


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"))
    except pytest.skip.Exception as nothing:
        raise SystemExit(str(nothing)) from None

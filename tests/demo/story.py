"""Hands on the demo as everybody starts it: each person's phone is used by what she reads on it, in her language."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from bot.core.languages import native_name
from bot.core.translation import Translator
from bot.demo.people import PERSONAS
from bot.features.shifts.conversation import ASKS
from tests.demo.browser import WIDE, chromium, open_page
from tests.support.programs import Program, lotse

ZONE = ZoneInfo("Europe/Berlin")
DAYTIME = range(9, 15)  # hours of the town: what is begun in them ends before the night, in which nobody is written to
PATIENCE = 20_000  # milliseconds; a refusal of Telegram may ask for five seconds of patience, more than once


@dataclass
class Town:
    """The running demo, and its page in a browser."""

    program: Program
    address: str
    page: Page = field(init=False)

    def hand(self, user_id: int) -> "Hand":
        """The hand of one of the demo's people; her phone has to be on the page."""
        language = next(persona.language for persona in PERSONAS if persona.user_id == user_id)
        return Hand(self.page, user_id, Translator(language, ZONE))

    async def now(self) -> datetime:
        """The bot's clock as the page shows it, in the town's time."""
        shown = await self.page.get_by_test_id("clock-now").get_attribute("datetime")
        return datetime.fromisoformat(str(shown)).astimezone(ZONE)

    async def shows_a_time_before(self, end: datetime) -> None:
        """Wait until the page's clock shows an earlier time than this."""
        while await self.now() >= end:
            await self.page.wait_for_timeout(50)

    async def wait_for_daytime(self) -> None:
        """Let hours pass until people may be written to."""
        while (before := await self.now()).hour not in DAYTIME:
            await self.page.get_by_test_id("clock-hour").click()
            while await self.now() < before + timedelta(minutes=59):
                await self.page.wait_for_timeout(20)

    async def to_next_reminder(self) -> None:
        """Jump to the next reminder."""
        await self.page.get_by_test_id("clock-next").click()

    async def fail(self, kind: str, extent: str = "1") -> None:
        """Let Telegram fail, as the page's choices have it; "" ends it."""
        await self.page.get_by_test_id("fault-extent").select_option(extent)
        await self.page.get_by_test_id("fault-select").select_option(kind)

    async def calls(self) -> list[dict[str, Any]]:
        """All calls the bot has made."""
        answer = await self.page.request.get(f"{self.address}/demo/ledger")
        return list((await answer.json())["calls"])

    async def is_quiet(self) -> None:
        """Wait until the bot has made no call for a moment: everything is told."""
        before = -1
        while before != (before := len(await self.calls())):
            await self.page.wait_for_timeout(700)


@dataclass
class Hand:
    """One person: what she sees on her phone and what she does there."""

    page: Page
    user_id: int
    t: Translator

    @property
    def phone(self) -> Locator:
        """Her phone."""
        return self.page.get_by_test_id(f"phone-{self.user_id}")

    @property
    def log(self) -> Locator:
        """Her chat."""
        return self.phone.get_by_role("log")

    @property
    def newest(self) -> Locator:
        """The newest message of her chat."""
        return self.phone.get_by_test_id("message").last

    async def take(self, phone_of: int) -> None:
        """Take a phone over that shows somebody else."""
        await self.page.get_by_test_id(f"phone-{phone_of}").get_by_test_id("person").select_option(str(self.user_id))
        await expect(self.phone.get_by_test_id("message").first).to_be_visible()

    def button(self, caption: str) -> Locator:
        """The newest button with this caption."""
        return self.phone.get_by_test_id("button").get_by_text(caption, exact=True).last

    async def tap(self, msgid: str, **values: object) -> None:
        """Tap a button by the caption she reads, and wait for what it does."""
        await self.press(self.button(self.t.button(msgid, **values)))

    async def choose(self, *captions: str) -> None:
        """Tap buttons whose captions are names, dates or numbers, one after the other."""
        for caption in captions:
            await self.press(self.button(caption))

    async def press(self, button: Locator) -> None:
        """Tap a button, and wait until the chat has changed."""
        await button.wait_for()
        before = await self.log.inner_text()
        await button.click(timeout=PATIENCE)
        await expect(self.log).not_to_have_text(before, use_inner_text=True, timeout=PATIENCE)

    async def skip(self, question: str) -> None:
        """Leave a question unanswered once it is asked."""
        await self.sees(self.t(question))
        await self.tap("Skip ›")

    async def next_after(self, question: str, *captions: str) -> None:
        """Choose several answers to a question once it is asked, and go on."""
        await self.sees(self.t(question))
        for caption in captions:
            await self.tap(caption)
        await self.tap("Next ›")

    async def write(self, text: str) -> None:
        """Type a message and send it."""
        await self.phone.get_by_test_id("input").fill(text)
        await self.phone.get_by_test_id("send").click()

    async def sees(self, words: str) -> None:
        """Wait until a message says this."""
        await expect(self.messages(words).last).to_be_visible(timeout=PATIENCE)

    async def may_tap(self, msgid: str, **values: object) -> None:
        """Wait until her newest message offers this button."""
        button = self.newest.get_by_test_id("button").get_by_text(self.t.button(msgid, **values), exact=True)
        await expect(button).to_be_visible(timeout=PATIENCE)

    def messages(self, words: str) -> Locator:
        """The messages that contain some words, given as text or as the translator's HTML."""
        return self.phone.get_by_test_id("message").filter(has_text=plain(words))

    async def pick_language(self, code: str) -> None:
        """Choose a language by its own name and read in it from now on."""
        await self.press(self.phone.get_by_test_id("button").filter(has_text=native_name(code)))
        self.t = Translator(code, ZONE)


def plain(html: str) -> str:
    """Give the words of a text without its tags, as a person reads them."""
    return unescape(re.sub(r"<[^>]+>", "", html))


async def write_a_shift(clara: Hand, day: date, *, most: int, note: str = "") -> None:
    """Make a draft by buttons: Café International from 17:00 to 20:00."""
    await clara.tap("➕ New shift")
    await clara.choose(clara.t("Host at Café International"), "Café International")
    await clara.choose(clara.t.short_day(day), "17:00", clara.t.duration(180), str(most))
    if most > 1:
        await clara.skip(ASKS["least"])
    await clara.skip(ASKS["languages"])
    if note:
        await clara.sees(clara.t(ASKS["note"]))
        await clara.write(note)
    else:
        await clara.skip(ASKS["note"])
    await clara.press(clara.button(f"✅ {clara.t.button('Keep as a draft')}"))


async def publish(clara: Hand, *, to: int) -> None:
    """Tell everybody whom the draft fits, and wait until they have it."""
    await clara.choose(clara.t.n("📣 Publish and tell {n} person", "📣 Publish and tell {n} people", to))
    await clara.sees(clara.t("✉️ Sent to {sent} of {total}.", sent=to, total=to))


async def seek_a_buddy(amal: Hand, language: str) -> None:
    """Come for the first time, choose a language, and ask for a buddy in taps alone."""
    await amal.phone.get_by_test_id("start").click()
    await amal.pick_language(language)
    await amal.tap("🤝 I am looking for help")
    await amal.tap("🤝 Find a language buddy")
    await amal.tap("Yes, 18 or older")
    await amal.next_after("Which languages do you speak besides German? Tap all of them, then “Next”.")
    await amal.tap("Simple talk")
    await amal.next_after("What would you like to do together? Tap all that you like, then “Next”.", "💬 Talking")
    await amal.next_after("When could you meet? Tap all that fit, then “Next”.", "Weekday evenings")
    await amal.tap("All are fine")
    await amal.tap("A woman")
    await amal.press(amal.button(f"✅ {amal.t.button('I agree, send it')}"))


async def offer_help(maria: Hand) -> None:
    """Offer to be a buddy; the times are those of the volunteer's sign-up."""
    await maria.tap("🤝 Be a language buddy")
    await maria.tap("Yes, 18 or older")
    await maria.next_after("Which languages do you speak besides German? Tap all of them, then “Next”.")
    await maria.next_after("What would you like to do together? Tap all that you like, then “Next”.", "💬 Talking")
    await maria.next_after("When could you meet? Tap all that fit, then “Next”.")
    await maria.tap("All are fine")
    await maria.tap("A woman")
    await maria.choose("1")
    await maria.press(maria.button(f"✅ {maria.t.button('I agree, send it')}"))


@asynccontextmanager
async def open_demo(folder: Path) -> AsyncIterator[tuple[Program, str]]:
    """Start the demo on a free port; it ends with this, and nothing may have gone wrong in it."""
    async with lotse("demo", "--port", "0", folder=folder) as program:
        await program.says("Ctrl+C")
        try:
            yield program, re.findall(r"http://\S+", program.said)[0]
        except BaseException as error:
            error.add_note(program.said)
            raise
        assert await program.stops() == 0, program.said
    assert '"level": "error"' not in program.said, program.said


@asynccontextmanager
async def open_town(folder: Path, size: tuple[int, int] = WIDE, **options: Any) -> AsyncIterator[Town]:
    """Start the demo and open its page; it is daytime in the town."""
    chromium()  # without one the test is skipped before anything starts
    async with open_demo(folder) as (program, address):
        town = Town(program, address)
        async with open_page(town, size, **options) as view:
            town.page = view.page
            await town.wait_for_daytime()
            yield town

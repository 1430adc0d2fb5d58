"""Takes the pictures of the demo: the three phones in the middle of the story, wide, narrow and dark, and single screens.

    python -m tests.demo.screenshots [FOLDER]
"""

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from bot.demo.people import COORDINATOR, NEWCOMER, SECOND, THIRD, VOLUNTEER
from tests.demo.browser import NARROW
from tests.demo.story import Town, open_town, publish, seek_a_buddy, write_a_shift
from tests.support.check_source import ROOT

LARGEST = 400 * 1024  # bytes; a page that shows three of them should still open at once on a phone
WIDE = (1280, 900)


async def take(town: Town, path: Path, **options: object) -> None:
    """Take a picture of what is seen, once nothing moves any more."""
    await town.is_quiet()
    await town.page.screenshot(path=path, animations="disabled", caret="hide")
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} has {size // 1024} kB, more than {LARGEST // 1024}")
    print(f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}  {size // 1024} kB")


async def tell_the_story(town: Town) -> None:
    """Bring all three phones to the middle of the story: a roster, a card, a request on its way."""
    clara, olena, jonas, maria = (town.hand(one) for one in (COORDINATOR, VOLUNTEER, SECOND, THIRD))
    day = (await town.now()).date() + timedelta(days=3)
    await write_a_shift(clara, day, most=3, note="Bitte eine Schürze mitbringen.")
    await publish(clara, to=3)
    await clara.tap("📋 Roster")
    await jonas.take(VOLUNTEER)
    await jonas.tap("✅ I'm in")
    await maria.take(SECOND)
    await maria.tap("✅ I'm in")
    await olena.take(THIRD)
    await olena.tap("✅ I'm in")


async def main(folder: Path) -> None:
    """Take all pictures into a folder."""
    (folder / "screens").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        async with open_town(Path(scratch), WIDE) as town:
            await tell_the_story(town)
            amal = town.hand(NEWCOMER)
            await seek_a_buddy(amal, "ar")
            await take(town, folder / "demo.png")
            await town.page.emulate_media(color_scheme="dark")
            await take(town, folder / "demo-dark.png")
            await town.page.emulate_media(color_scheme="light")
            await town.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
            await town.page.get_by_test_id(f"tab-{NEWCOMER}").click()
            await take(town, folder / "demo-phone.png")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"))

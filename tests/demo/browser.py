"""A headless Chromium on the demo page, for tests that look at what people see."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from playwright.async_api import Locator, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDE = (1280, 900)
NARROW = (390, 844)


def chromium() -> str:
    """The path of a browser, or the test is skipped with the reason."""
    found = os.environ.get("LOTSE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip("no Chromium on this machine; name one in LOTSE_CHROMIUM")
    return found


class Site(Protocol):
    """Whatever serves the page; the address is such as "http://127.0.0.1:8080"."""

    @property
    def address(self) -> str: ...


@dataclass
class View:
    """An open page, and everything on it that should not have happened."""

    site: Site
    page: Page
    wrong: list[str] = field(default_factory=list)

    def phone(self, user_id: int) -> Locator:
        """One phone with its choices above."""
        return self.page.get_by_test_id(f"phone-{user_id}")

    def watch(self) -> None:
        """Note mistakes of the page and requests that leave this machine."""
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda line: self.wrong.append(line.text) if line.type == "error" else None)
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith(self.site.address):
            self.wrong.append(f"asked for {url}")


@asynccontextmanager
async def open_page(site: Site, size: tuple[int, int] = WIDE, **options: Any) -> AsyncIterator[View]:
    """Open the page in a new browser; at the end nothing may have gone wrong on it."""
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, **options)
            page.set_default_timeout(10_000)
            view = View(site, page)
            view.watch()
            await page.goto(site.address)
            await page.get_by_test_id("send").or_(page.get_by_test_id("start")).first.wait_for()
            yield view
            assert view.wrong == []
        finally:
            await browser.close()

"""Phones: people who wait for what their phones show, and tap."""

import asyncio
from collections import defaultdict

from bot.demo.telegram import FakeTelegram

YES, WAIT = "I'm in", "Join the waitlist"
NO, LEAVE = "I can't", "Leave the waitlist"
FREE, ON = (YES, WAIT), (NO, LEAVE)  # the buttons of somebody who is not on a shift, and of somebody who is
SEE = "See the shift"  # under a refusal that took the place of a card
AGAIN = 3.0  # seconds after which somebody taps once more, because nothing seems to happen

Found = tuple[int, str]  # a message and the caption of a button under it


class Phones:
    """The phones of everybody on one double."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self.telegram = telegram
        self._news: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        telegram.world.listeners.append(self._note)

    def _note(self, topic: str, user_id: int) -> None:
        if topic == "chat":
            self._news[user_id].set()

    def shows(self, user_id: int, *wanted: str) -> Found | None:
        """Return the first of these buttons on the newest message that has any."""
        for shown in reversed(self.telegram.chat(user_id)):
            for caption in shown.captions:
                if any(words in caption for words in wanted):
                    return shown.message_id, caption
        return None

    async def sees(self, user_id: int, *wanted: str, within: float | None = None) -> Found:
        """Wait for one of these buttons.

        :raises TimeoutError: it does not come ``within`` so many seconds.
        """
        async with asyncio.timeout(within):
            while not (found := self.shows(user_id, *wanted)):
                self._news[user_id].clear()
                await self._news[user_id].wait()
        return found

    async def taps(self, user_id: int, *wanted: str, within: float | None = None) -> None:
        """Wait for one of these buttons and tap it.

        :raises TimeoutError: it does not come ``within`` so many seconds.
        """
        self.telegram.press(user_id, *await self.sees(user_id, *wanted, within=within))

    async def taps_until(self, user_id: int, wanted: tuple[str, ...], goal: tuple[str, ...], times: int = 1) -> None:
        """Tap these buttons as they come, until the newest message that has any of both has one of the goal."""
        wanted = (*wanted, SEE)
        while True:
            message_id, caption = await self.sees(user_id, *wanted, *goal)
            if any(words in caption for words in goal):
                return
            for _ in range(times):
                self.telegram.press(user_id, message_id, caption)
            await self._changes(user_id, (message_id, caption), wanted + goal)

    async def _changes(self, user_id: int, old: Found, wanted: tuple[str, ...]) -> None:
        try:
            async with asyncio.timeout(AGAIN):
                while self.shows(user_id, *wanted) == old:
                    self._news[user_id].clear()
                    await self._news[user_id].wait()
        except TimeoutError:
            return

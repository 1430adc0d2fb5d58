"""Hands for the stories of buddies: people who find their buttons in their own language."""

from zoneinfo import ZoneInfo

from bot.chat.dispatch import plain as without_tags
from bot.core.translation import Translator
from tests.support.town import Someone, Town, plain

ZONE = ZoneInfo("Europe/Berlin")
WAY_OUT = ("✖ Cancel", "‹ Back", "🏠 Home", "Next ›", "Skip ›", "More…")


class Reader:
    """A person and her language: says button captions and sentences as she reads them."""

    def __init__(self, who: Someone, locale: str) -> None:
        self.who = who
        self.t = Translator(locale, ZONE)

    async def taps(self, *captions: str) -> None:
        """Tap buttons by their English captions."""
        for caption in captions:
            await self.who.presses(plain(self.t.button(caption)))

    def reads(self, sentence: str) -> None:
        """Assert that the newest message says this; an English sentence without values."""
        self.who.sees(plain(without_tags(self.t(sentence))))

    def choices(self) -> list[str]:
        """The buttons on the newest message that answer something, without those that only lead on or out."""
        out = {plain(self.t.button(caption)) for caption in WAY_OUT}
        return [caption for caption in self.who.captions if caption not in out]


TO_THE_REQUEST = ("🤝 I am looking for help", "🤝 Find a language buddy")
REQUEST = (
    "Yes, 18 or older",
    "Next ›",
    "Simple talk",
    "💬 Talking",
    "Next ›",
    "Weekday evenings",
    "Next ›",
    "Women only",
    "A woman",
    "I agree, send it",
)
OFFER = ("Yes, 18 or older", "Next ›", "💬 Talking", "Next ›", "Weekday evenings", "Next ›", "All are fine", "A woman")


async def newcomer(town: Town, number: int = 101, name: str = "أمل", locale: str = "ar") -> Reader:
    """Somebody who just sent her request."""
    reader = Reader(await town.someone(number, name, locale), locale)
    await reader.taps(*TO_THE_REQUEST, *REQUEST)
    return reader


async def volunteer(town: Town, number: int = 102, name: str = "Olena") -> Reader:
    """Somebody who just offered to be a buddy for one person."""
    reader = Reader(await town.someone(number, name, "en"), "en")
    await reader.who.says("/buddy")
    await reader.taps("🤝 Be a language buddy", *OFFER, "1", "I agree, send it")
    return reader


async def coordinator(town: Town, number: int = 103, name: str = "Clara", key: str = "caritas") -> Reader:
    """A coordinator of an organisation."""
    who = await town.someone(number, name, "en")
    town.appoint(who, town.organisation(key, key.title()))
    return Reader(who, "en")


async def proposed(town: Town) -> tuple[Reader, Reader, Reader]:
    """A newcomer, a volunteer and the coordinator who just proposed them to each other."""
    amal, olena, clara = await newcomer(town), await volunteer(town), await coordinator(town)
    await clara.who.says("/buddies")
    await clara.who.presses("أمل", "💌 Propose Olena")
    return amal, olena, clara

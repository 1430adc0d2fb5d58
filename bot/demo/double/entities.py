"""Finds what Telegram marks by itself in a message: commands, mentions, links, addresses, hashtags."""

import re

from bot.demo.html_text import clean, trim, utf16_length
from bot.demo.values import Json

_PATTERNS = {
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])"),
    "email": re.compile(r"(?<![\w.@])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[a-z]{2,24}\b"),
    "mention": re.compile(r"(?<![\w@/.])@[A-Za-z]\w{3,31}\b"),
    "url": re.compile(
        r"(?<![\w@])(?:https?://[^\s<>]{1,2048}|(?:[\w-]{1,63}\.){1,8}(?:com|org|net|de|me|eu)\b[^\s<>]*)"
    ),
    "phone_number": re.compile(r"(?<![\w+])\+\d[\d ()/-]{7,20}\d\b"),
    "hashtag": re.compile(r"(?<![\w#])#\w*[^\W\d_]\w*"),
}


def add_marks(text: str, entities: list[Json]) -> list[Json]:
    """The bot's own entities with those a server finds beside them; none that would cross or sit in code."""
    _, found = mark(text)
    fitting = [one for one in found if all(_fits(one, own) for own in entities)]
    return sorted(entities + fitting, key=lambda one: (one["offset"], -one["length"]))


def _fits(found: Json, own: Json) -> bool:
    first, last = found["offset"], found["offset"] + found["length"]
    start, end = own["offset"], own["offset"] + own["length"]
    if last <= start or end <= first:
        return True
    is_around = start <= first and last <= end
    return is_around and own["type"] not in ("code", "pre", "text_link")


def mark(text: str) -> tuple[str, list[Json]]:
    """The text as Telegram stores it, with the entities a server finds in plain text."""
    text = clean(text)
    entities: list[Json] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in _PATTERNS.items():
        for found in pattern.finditer(text):
            if any(found.start() < last and first < found.end() for first, last in taken):
                continue
            taken.append(found.span())
            offset = utf16_length(text[: found.start()])
            entities.append({"type": kind, "offset": offset, "length": utf16_length(found.group())})
    return trim(text, entities)

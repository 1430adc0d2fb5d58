"""Telegram's HTML: from marked-up text to plain text with entities, and from those to safe HTML."""

import re
from dataclasses import dataclass, field
from html import escape, unescape

from bot.demo.values import BadRequest, Json

ENTITY_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_TAG_OF_ENTITY = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_NAMED = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_TAG = re.compile(r"<(/?)([^\s>]*)([^>]*)(>?)")
_ATTRIBUTE = re.compile(r"""\s+([^\s=]+)(\s*=\s*("[^"]*"|'[^']*'|[\w.-]+))?""")
_LINK = re.compile(r"(?:https?|tg|mailto|tel):", re.IGNORECASE)
_INVISIBLE = re.compile("[\u2028-\u202e\r]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def utf16_length(text: str) -> int:
    """The length in the unit in which Telegram counts."""
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)


def clean(text: str) -> str:
    """Text as Telegram stores it: without direction overrides, with spaces for control characters."""
    return _CONTROL.sub(" ", _INVISIBLE.sub("", text))


@dataclass
class _Reading:
    source: str
    parts: list[str] = field(default_factory=list)
    length: int = 0
    open_tags: list[tuple[str, str, int]] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def add_text(self, raw: str) -> None:
        text = clean(_NAMED.sub(lambda found: unescape(found.group()), raw))
        self.parts.append(text)
        self.length += utf16_length(text)

    def refuse(self, reason: str, at: int | None = None) -> BadRequest:
        place = "" if at is None else f" at byte offset {len(self.source[:at].encode())}"
        return BadRequest(f"can't parse entities: {reason.format(place=place)}")

    def open(self, found: re.Match[str]) -> None:
        at, tag = found.start(), found.group(2).lower()
        if not found.group(4):
            raise self.refuse("Unclosed start tag{place}", at)
        if tag not in ENTITY_OF_TAG:
            raise self.refuse(f'Unsupported start tag "{_braces(tag)}"{{place}}', at)
        attributes = {
            name.lower(): unescape((value or "").strip("\"'")) for name, _, value in _ATTRIBUTE.findall(found.group(3))
        }
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.refuse('Tag "span" must have class "tg-spoiler"{place}', at)
        self.open_tags.append((tag, _argument(tag, attributes), self.length))

    def close(self, found: re.Match[str]) -> None:
        at, end_tag = found.start(), found.group(2).lower()
        if not self.open_tags:
            raise self.refuse("Unexpected end tag{place}", at)
        if not found.group(4) or found.group(3).strip():
            raise self.refuse("Unclosed end tag{place}", at)
        tag, argument, start = self.open_tags.pop()
        if end_tag not in ("", tag):
            reason = f'Unmatched end tag{{place}}, expected "</{tag}>", found "</{_braces(end_tag)}>"'
            raise self.refuse(reason, at)
        if self.length > start:
            self._keep(tag, argument, start)

    def _keep(self, tag: str, argument: str, start: int) -> None:
        kind = ENTITY_OF_TAG[tag]
        entity: Json = {"type": kind, "offset": start, "length": self.length - start}
        if kind == "text_link":
            target = argument or "".join(self.parts)[-(self.length - start) :]
            if not _LINK.match(target):
                return  # Telegram drops a link it cannot use and keeps the words
            entity["url"] = target
        elif kind == "custom_emoji":
            entity["custom_emoji_id"] = argument
        elif kind == "blockquote" and argument:
            entity["type"] = "expandable_blockquote"
        self.entities.append(entity)


def _braces(name: str) -> str:
    return name.replace("{", "{{").replace("}", "}}")


def _argument(tag: str, attributes: dict[str, str]) -> str:
    if tag == "blockquote":
        return "expandable" if "expandable" in attributes else ""
    return attributes.get({"a": "href", "tg-emoji": "emoji-id"}.get(tag, ""), "")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities (offsets in UTF-16 units); broken or unsupported markup raises BadRequest."""
    reading = _Reading(source)
    at = 0
    for found in _TAG.finditer(source):
        reading.add_text(source[at : found.start()])
        (reading.close if found.group(1) else reading.open)(found)
        at = found.end()
    reading.add_text(source[at:])
    if reading.open_tags:
        raise reading.refuse(f'Can\'t find end tag corresponding to start tag "{reading.open_tags[-1][0]}"')
    return trim("".join(reading.parts), reading.entities)


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Text without white space at both ends, as Telegram stores it, with the entities moved along."""
    lead = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    end = utf16_length(text)
    moved = []
    for entity in entities:
        first = max(entity["offset"] - lead, 0)
        last = min(entity["offset"] + entity["length"] - lead, end)
        if last > first:
            moved.append({**entity, "offset": first, "length": last - first})
    return text, sorted(moved, key=lambda entity: (entity["offset"], -entity["length"]))


def utf16_slice(text: str, offset: int, length: int) -> str:
    """A part of the text by UTF-16 offset and length."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def to_html(text: str, entities: list[Json]) -> str:
    """Safe HTML: everything escaped, only the tags of known entities, links only to harmless schemes."""
    starts: dict[int, list[str]] = {}
    ends: dict[int, list[str]] = {}
    for entity in entities:
        opening, closing = _tags(entity, text)
        if opening:
            starts.setdefault(entity["offset"], []).append(opening)
            ends.setdefault(entity["offset"] + entity["length"], []).insert(0, closing)
    parts: list[str] = []
    position = 0
    for letter in text:
        parts += ends.get(position, []) + starts.get(position, []) + [escape(letter)]
        position += utf16_length(letter)
    return "".join(parts + ends.get(position, []))


def _tags(entity: Json, text: str) -> tuple[str, str]:
    kind = entity["type"]
    target = _target(entity, text)
    if target:
        return f'<a href="{escape(target)}">', "</a>"
    if kind == "spoiler":
        return '<span class="spoiler">', "</span>"
    tag = _TAG_OF_ENTITY.get(kind)
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")


def _target(entity: Json, text: str) -> str:
    """Where a tap on the entity leads; "#/name" stands for sending a command."""
    kind = entity["type"]
    if kind == "text_link":
        return str(entity["url"])
    words = utf16_slice(text, entity["offset"], entity["length"]) if kind in ("url", "bot_command") else ""
    if kind == "bot_command":
        return f"#{words}"
    return words if not words or _LINK.match(words) else f"https://{words}"

"""Message, Button, Screen: what a message is before it is Telegram's."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

TEXT_LIMIT = 4096  # Bot API, sendMessage: characters after entities are parsed
CAPTION_LIMIT = 1024  # Bot API, sendDocument
ALERT_LIMIT = 200  # Bot API, answerCallbackQuery
BUTTONS_LIMIT = 100  # Bot API, inline keyboards


class Html(str):
    """Text that is safe to send as HTML: made by the translator or by ``escaped``, never by hand."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """Make plain text safe."""
    return Html(escape(text, quote=False))


def lines(*parts: Html | None) -> Html:
    """Put whole sentences under each other, leaving out what is absent."""
    return Html("\n".join(part for part in parts if part is not None))


def paragraphs(*parts: Html | None) -> Html:
    """Put whole paragraphs under each other with an empty line between."""
    return Html("\n\n".join(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Button:
    """A button: a caption and either an action on an entity at a revision, or a link."""

    caption: str
    action: str = ""
    entity: int = 0
    revision: int = 0
    arg: int = 0
    style: str = ""  # success, danger or primary: a second signal, never the only one
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """A message with its keyboard; ``notice`` is a sentence above it that the next refresh removes.

    ``card`` names what the message shows (kind and entity), so that it can be kept true for everybody who holds it.
    """

    text: Html
    rows: Rows = ()
    notice: Html | None = None
    card: tuple[str, int] | None = None

    @property
    def html(self) -> Html:
        """The whole text as it is sent."""
        return paragraphs(self.notice, self.text)

    @property
    def digest(self) -> str:
        """What tells two screens apart, the notice left aside."""
        return hashlib.blake2s(repr((self.text, self.rows)).encode(), digest_size=12).hexdigest()

    def noticed(self, notice: Html) -> "Screen":
        """Return the same screen with this sentence on top."""
        return replace(self, notice=notice)


def to_json(screen: Screen) -> dict[str, Any]:
    """Write a screen as JSON for the outbox."""
    rows = [[[b.caption, b.action, b.entity, b.revision, b.arg, b.style, b.url] for b in row] for row in screen.rows]
    card = list(screen.card) if screen.card else None
    return {"text": screen.text, "notice": screen.notice, "rows": rows, "card": card}


def from_json(body: Mapping[str, Any]) -> Screen:
    """Read a screen back from the outbox."""
    rows = tuple(tuple(Button(*button) for button in row) for row in body["rows"])
    card, notice = body.get("card"), body.get("notice")
    return Screen(Html(body["text"]), rows, Html(notice) if notice else None, (card[0], card[1]) if card else None)


@dataclass(frozen=True, slots=True)
class Document:
    """A file for one person, made when it is sent so that nothing of it stays in the store."""

    name: str
    content: bytes
    caption: Html = field(default=Html(""))

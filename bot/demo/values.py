"""The values that cross the border of the Bot API double: files, answers, refusals and what a phone shows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file as it travels in a multipart request."""

    filename: str
    content: bytes
    mime: str = "application/octet-stream"


@dataclass(frozen=True)
class Answer:
    """What the Bot API answers: the HTTP status and the JSON body."""

    status: int
    body: Json


class Refused(Exception):
    """The Bot API says no; the description is Telegram's own wording."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def answer(self) -> Answer:
        """The refusal as the JSON that a bot receives."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return Answer(self.status, body)


class BadRequest(Refused):
    """Status 400 with the usual prefix."""

    def __init__(self, reason: str, **parameters: int) -> None:
        super().__init__(400, f"Bad Request: {reason}", **parameters)


class Forbidden(Refused):
    """Status 403 with the usual prefix."""

    def __init__(self, reason: str) -> None:
        super().__init__(403, f"Forbidden: {reason}")


class Cut(ConnectionError):
    """The connection breaks without an answer; `executed` tells whether the call took effect before."""

    def __init__(self, executed: bool) -> None:
        super().__init__("connection cut after the call" if executed else "connection cut before the call")
        self.executed = executed


@dataclass(frozen=True)
class Button:
    """One inline button as a phone shows it; as a rule one of callback_data, url, copy_text is set."""

    text: str
    callback_data: str | None = None
    url: str | None = None
    copy_text: str | None = None
    style: str | None = None


@dataclass(frozen=True)
class Shown:
    """One message as a phone shows it: plain text, the same as safe HTML, buttons in rows, a file."""

    message_id: int
    from_bot: bool
    sender_id: int
    kind: str
    text: str
    html: str
    date: datetime
    buttons: tuple[tuple[Button, ...], ...] = ()
    document: Upload | None = None
    edited: bool = False
    deleted: bool = False
    fields: Json = field(default_factory=dict)

    @property
    def captions(self) -> list[str]:
        """All button captions, row by row."""
        return [button.text for row in self.buttons for button in row]


@dataclass(frozen=True)
class MenuCommand:
    """One line of the command menu."""

    command: str
    description: str


@dataclass
class Notice:
    """A button press and how the bot answered it; `answered` is None while the phone still waits."""

    query_id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    asked_at: datetime
    answered: datetime | None = None
    text: str = ""
    alert: bool = False

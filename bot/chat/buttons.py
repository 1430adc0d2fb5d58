"""Buttons: signed callback data of at most 64 bytes, bound to the person, the entity and its revision.

The signature is a filter only: what a press may do is read from the store at the moment of acting.
"""

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass

from bot.core.keyring import Keyring
from bot.core.message import Button

VERSION = 1
LAYOUT = struct.Struct(">BIqIi")  # version, action, entity, revision, argument: 21 bytes
MAC_BYTES = 10  # 80 bits
DATA_LIMIT = 64  # Bot API, InlineKeyboardButton.callback_data


@dataclass(frozen=True, slots=True)
class Press:
    """A genuine press of a button."""

    action: str
    entity: int
    revision: int
    arg: int


def action_number(name: str) -> int:
    """Return the stable number that stands for an action's name."""
    return int.from_bytes(hashlib.blake2s(name.encode(), digest_size=4).digest())


class ButtonSigner:
    """Signs and reads callback data for the actions it knows."""

    def __init__(self, keyring: Keyring, actions: frozenset[str]) -> None:
        self._key = keyring.key("buttons")
        self._names = {action_number(name): name for name in actions}
        if len(self._names) != len(actions):
            raise ValueError("two actions share a number; rename one")

    def data(self, button: Button, user_id: int) -> str:
        """Return the callback data of a button for this person."""
        number = action_number(button.action)
        if number not in self._names:
            raise ValueError(f"no feature knows the action {button.action}")
        body = LAYOUT.pack(VERSION, number, button.entity, button.revision, button.arg)
        return base64.urlsafe_b64encode(body + self._mac(body, user_id)).decode().rstrip("=")

    def read(self, data: str, user_id: int) -> Press | None:
        """Return the press, or nothing if the data is foreign, forged or of an action that is no more."""
        try:
            raw = base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
            body, mac = raw[: LAYOUT.size], raw[LAYOUT.size :]
            version, number, entity, revision, arg = LAYOUT.unpack(body)
        except (ValueError, struct.error):
            return None
        name = self._names.get(number)
        if version != VERSION or name is None or not hmac.compare_digest(mac, self._mac(body, user_id)):
            return None
        return Press(name, entity, revision, arg)

    def _mac(self, body: bytes, user_id: int) -> bytes:
        return hmac.digest(self._key, body + struct.pack(">q", user_id), hashlib.sha256)[:MAC_BYTES]

"""Checks keyboards as Telegram does and turns them into the buttons of a phone."""

import json
import re
from typing import Any

from bot.demo.values import BadRequest, Button, Json

_LOOKS = frozenset({"text", "icon_custom_emoji_id", "style"})
_ACTIONS = frozenset(
    {
        "callback_data",
        "callback_game",
        "copy_text",
        "login_url",
        "pay",
        "switch_inline_query",
        "switch_inline_query_chosen_chat",
        "switch_inline_query_current_chat",
        "url",
        "web_app",
    }
)
BUTTON_FIELDS = _LOOKS | _ACTIONS
STYLES = frozenset({"danger", "success", "primary"})
MOST_BUTTONS = 100
MOST_DATA_BYTES = 64
MOST_COPY_LENGTH = 256
_HTTP = re.compile(r"https?://(?:[\w-]+\.)+[a-z]{2,24}(?::\d+)?(?:[/?#].*)?", re.IGNORECASE)
_OTHER = re.compile(r"(?:tg://\S+|mailto:\S+|tel:\S+|https?://(?:localhost|[\d.]+)(?::\d+)?(?:[/?#].*)?)", re.I)


def check_markup(markup: Json | None) -> Json | None:
    """The keyboard without empty rows, or BadRequest in Telegram's words; an empty one is None."""
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        return _check_reply_keyboard(markup)
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadRequest('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    checked = [[_check_button(button) for button in row] for row in rows if row]
    _check_size(checked)
    return {"inline_keyboard": checked} if checked else None


def _check_size(rows: list[list[Json]]) -> None:
    buttons = sum(len(row) for row in rows)
    if buttons > MOST_BUTTONS or len(json.dumps(rows, ensure_ascii=False).encode()) > 10_240:
        raise BadRequest("reply markup is too long")


def _check_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _cannot("InlineKeyboardButton must be an Object")
    unknown = set(button) - BUTTON_FIELDS
    if unknown:
        raise _cannot(f'unknown field "{sorted(unknown)[0]}"')
    if not isinstance(button.get("text"), str):
        raise _cannot('field "text" must be of type String')
    if not button["text"].strip():
        raise BadRequest("BUTTON_TEXT_INVALID")
    if button.get("style", "primary") not in STYLES:
        raise _cannot("invalid button style specified")
    if len(set(button) & _ACTIONS) != 1:
        raise _cannot("Text buttons are unallowed in the inline keyboard")
    _check_action(button)
    return button


def _check_action(button: Json) -> None:
    data, url = button.get("callback_data"), button.get("url")
    if "callback_data" in button and not (isinstance(data, str) and 1 <= len(data.encode()) <= MOST_DATA_BYTES):
        raise BadRequest("BUTTON_DATA_INVALID")
    if "url" in button and not (isinstance(url, str) and (_HTTP.fullmatch(url) or _OTHER.fullmatch(url))):
        raise BadRequest(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if "copy_text" in button:
        copied = button["copy_text"].get("text") if isinstance(button["copy_text"], dict) else None
        if not (isinstance(copied, str) and 1 <= len(copied) <= MOST_COPY_LENGTH):
            raise BadRequest("BUTTON_COPY_TEXT_INVALID")


def _cannot(reason: str) -> BadRequest:
    return BadRequest(f"can't parse inline keyboard button: {reason}")


def _check_reply_keyboard(markup: Json) -> Json | None:
    if "keyboard" in markup:
        rows = markup["keyboard"]
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise BadRequest('field "keyboard" must be an Array of Arrays')
        for button in (button for row in rows for button in row):
            if not isinstance(button, str) and not (isinstance(button, dict) and button.get("text")):
                raise BadRequest("can't parse keyboard button: KeyboardButton must be a String or an Object")
        return markup
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    if markup:
        raise BadRequest("object expected as reply markup")
    return None


def inline_rows(markup: Json | None) -> tuple[tuple[Button, ...], ...]:
    """The inline buttons of a checked keyboard."""
    rows = (markup or {}).get("inline_keyboard", [])
    return tuple(tuple(_button(button) for button in row) for row in rows)


def _button(raw: Json) -> Button:
    return Button(
        raw["text"],
        callback_data=raw.get("callback_data"),
        url=raw.get("url"),
        copy_text=(raw.get("copy_text") or {}).get("text"),
        style=raw.get("style"),
    )

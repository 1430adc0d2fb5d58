"""Payload: turns a screen into the parameters of a Bot API call."""

from typing import Any

from bot.chat.buttons import ButtonSigner
from bot.core.message import BUTTONS_LIMIT, TEXT_LIMIT, Button, Html, Screen

NO_PREVIEW = {"is_disabled": True}  # a preview would fetch and show what strangers link to


def screen_params(screen: Screen, chat_id: int, signer: ButtonSigner) -> dict[str, Any]:
    """Return the parameters that show this screen in a private chat (whose id is the person's)."""
    return {
        "chat_id": chat_id,
        "text": _fitting(screen.html),
        "parse_mode": "HTML",
        "link_preview_options": NO_PREVIEW,
        "reply_markup": keyboard(screen, chat_id, signer),
    }


def keyboard(screen: Screen, user_id: int, signer: ButtonSigner) -> dict[str, Any] | None:
    """Return the inline keyboard, or nothing for a screen without buttons."""
    if sum(len(row) for row in screen.rows) > BUTTONS_LIMIT:
        raise ValueError("a screen holds more buttons than Telegram allows")
    rows = [[_button(button, user_id, signer) for button in row] for row in screen.rows if row]
    return {"inline_keyboard": rows} if rows else None


def _button(button: Button, user_id: int, signer: ButtonSigner) -> dict[str, str]:
    shown = {"text": button.caption}
    if button.style:
        shown["style"] = button.style
    if button.url:
        return {**shown, "url": button.url}
    return {**shown, "callback_data": signer.data(button, user_id)}


def _fitting(html: Html) -> str:
    """Cut a text that is too long at a line's end, where no tag of ours can be open."""
    if len(html) <= TEXT_LIMIT:
        return html
    kept: list[str] = []
    length = 0
    for line in html.split("\n"):
        length += len(line) + 1
        if length > TEXT_LIMIT - 2:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])

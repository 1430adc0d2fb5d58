"""Widgets: the buttons that are the same everywhere."""

from bot.core.message import Button
from bot.core.translation import Translator


def home_row(t: Translator) -> tuple[Button, ...]:
    """The way home, always the last row."""
    return (Button(t.button("🏠 Home"), "home"),)

"""Widgets: the buttons and lines that are the same everywhere."""

from bot.core.message import Button, Html, escaped
from bot.core.translation import Translator

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as an organisation's hours are kept


def home_row(t: Translator) -> tuple[Button, ...]:
    """The way home, always the last row."""
    return (Button(t.button("🏠 Home"), "home"),)


def opening_hours(t: Translator, hours: str) -> Html:
    """Say hours such as "mon 09:00-12:00,14:00-17:00; tue 09:00-12:00" with the reader's weekdays.

    What is not of this form is shown as it is.
    """
    days = [day.partition(" ") for day in hours.split("; ")]
    if any(day not in WEEK for day, _, _ in days):
        return escaped(hours)
    return Html(" · ".join(f"{t.weekday(WEEK.index(day), short=True)} {_spans(t, spans)}" for day, _, spans in days))


def _spans(t: Translator, spans: str) -> str:
    return ", ".join(t.isolated(span.strip().replace("-", "–")) for span in spans.split(","))

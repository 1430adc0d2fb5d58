"""When many people may be told something, in which words, and when to look how far it got."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.night import is_quiet
from bot.features.announcements.rules import (
    LOOK,
    Standing,
    decide_leaving,
    decide_next_look,
    decide_text,
    is_too_long,
)

TOWN = ZoneInfo("Europe/Berlin")


def wall(day: str, clock: str, fold: int = 0) -> datetime:
    """The instant of a wall time in the town; ``fold`` 1 is its second time in the night the clocks are put back."""
    return datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=TOWN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
@pytest.mark.parametrize("day", ["02-04", "07-08", "03-29", "10-25"])
def test_the_night_is_quiet_from_nine_to_eight_by_the_clock_on_the_wall(day: str, clock: str, quiet: bool) -> None:
    assert is_quiet(wall(day, clock), TOWN) is quiet


@pytest.mark.parametrize(
    ("ready", "starts", "leaves"),
    [
        (("02-04", "10:00"), ("02-05", "09:00"), ("02-04", "10:00")),  # by day at once
        (("02-04", "20:59"), ("02-09", "17:00"), ("02-04", "20:59")),
        (("02-04", "21:00"), ("02-09", "17:00"), ("02-05", "08:00")),  # in the evening: next morning
        (("02-05", "03:00"), ("02-09", "17:00"), ("02-05", "08:00")),  # after midnight: the same morning
        (("02-04", "22:00"), ("02-05", "10:00"), ("02-05", "08:00")),
        (("02-04", "22:00"), ("02-05", "09:59"), ("02-04", "22:00")),  # too early a start to wait for
        (("02-04", "22:00"), ("02-05", "01:00"), ("02-04", "22:00")),
        (("03-28", "22:00"), ("03-29", "12:00"), ("03-29", "08:00")),  # the clocks are put forward
        (("03-28", "22:00"), ("03-29", "09:59"), ("03-28", "22:00")),
        (("10-24", "22:00"), ("10-25", "12:00"), ("10-25", "08:00")),  # the clocks are put back
    ],
)
def test_what_is_ready_at_night_leaves_at_eight(
    ready: tuple[str, str], starts: tuple[str, str], leaves: tuple[str, str]
) -> None:
    assert decide_leaving(wall(*ready), TOWN, wall(*starts)) == wall(*leaves)


def test_what_is_about_no_shift_always_waits_for_the_morning() -> None:
    assert decide_leaving(wall("02-04", "23:00"), TOWN) == wall("02-05", "08:00")


def test_both_hours_that_happen_twice_wait_for_the_same_morning() -> None:
    for fold in (0, 1):
        assert decide_leaving(wall("10-25", "02:30", fold), TOWN) == wall("10-25", "08:00")


BEGAN = wall("02-04", "10:00")
START = wall("02-06", "17:00")


@pytest.mark.parametrize(
    ("passed", "standing", "wait"),
    [
        (timedelta(0), Standing(waiting=3, next_leave=BEGAN), LOOK),  # they leave: every 5 seconds
        (timedelta(0), Standing(sent=3), timedelta(minutes=1)),
        (timedelta(minutes=30), Standing(sent=3), timedelta(minutes=5)),  # a sixth of the time passed
        (timedelta(hours=24), Standing(sent=3), timedelta(hours=1)),  # an hour at most
        (timedelta(hours=54, minutes=40), Standing(sent=3), timedelta(minutes=20)),  # last at the start itself
        (timedelta(0), Standing(waiting=3, next_leave=BEGAN + timedelta(hours=10)), timedelta(minutes=1)),
        (timedelta(hours=9, minutes=50), Standing(waiting=3, next_leave=BEGAN + timedelta(hours=10)), None),
    ],
)
def test_a_report_is_looked_at_often_while_messages_leave_and_ever_less_later(
    passed: timedelta, standing: Standing, wait: timedelta | None
) -> None:
    now = BEGAN + passed
    at = decide_next_look(now, BEGAN, standing, START)
    assert at == (BEGAN + timedelta(hours=10) + LOOK if wait is None else now + wait)


def test_a_report_is_not_looked_at_once_nothing_can_change() -> None:
    assert decide_next_look(START, BEGAN, Standing(sent=3, stopped=2), START) is None


@pytest.mark.parametrize(
    ("locale", "chosen", "marked"),
    [("de", "de", False), ("uk", "uk", False), ("ar", "de", True), ("de@easy", "de", False), ("en", "de", True)],
)
def test_everybody_gets_her_own_language_or_the_original_with_a_mark(locale: str, chosen: str, marked: bool) -> None:
    assert decide_text({"de": "…", "uk": "…"}, "de", locale) == (chosen, marked)


@pytest.mark.parametrize(("text", "long"), [("a" * 1000, False), ("a" * 1001, True), ("&" * 700, True)])
def test_a_text_must_fit_into_one_message_with_its_markup(text: str, long: bool) -> None:
    assert is_too_long(text) is long

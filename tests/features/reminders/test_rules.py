"""When people are reminded: two steps, never at night, never too late, across the changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.night import is_quiet
from bot.features.reminders.rules import Step, decide_reminders, decide_window

TOWN = ZoneInfo("Europe/Berlin")


def wall(day: str, clock: str, fold: int = 0) -> datetime:
    """The instant of a wall time in the town; ``fold`` 1 is its second time in the night the clocks are put back."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=TOWN, fold=fold).astimezone(UTC)


def plan(start: tuple[str, str], now: tuple[str, str] = ("2026-01-01", "12:00")) -> dict[str, str]:
    """The steps with the wall times they are planned at."""
    found = decide_reminders(wall(*start), wall(*now), TOWN)
    return {each.step: f"{each.at.astimezone(TOWN):%Y-%m-%d %H:%M}" for each in found}


@pytest.mark.parametrize(
    ("start", "day_before", "shortly_before"),
    [
        (("2026-02-04", "17:00"), "2026-02-03 17:00", "2026-02-04 14:00"),
        (("2026-02-04", "11:00"), "2026-02-03 11:00", "2026-02-04 08:00"),  # just out of the night
        (("2026-02-04", "10:59"), "2026-02-03 10:59", "2026-02-03 20:00"),  # would be 7:59: the evening before
        (("2026-02-04", "08:00"), "2026-02-03 08:00", "2026-02-03 20:00"),
        (("2026-02-04", "07:30"), "2026-02-02 20:00", "2026-02-03 20:00"),  # both would ring in the night
        (("2026-02-04", "20:59"), "2026-02-03 20:59", "2026-02-04 17:59"),
        (("2026-02-04", "21:00"), "2026-02-03 20:00", "2026-02-04 18:00"),
        (("2026-02-05", "00:30"), "2026-02-03 20:00", "2026-02-04 20:00"),  # 21:30 is night already
        (("2026-02-01", "09:00"), "2026-01-31 09:00", "2026-01-31 20:00"),  # over the end of a month
    ],
)
def test_the_day_before_and_three_hours_before_but_never_at_night(
    start: tuple[str, str], day_before: str, shortly_before: str
) -> None:
    assert plan(start) == {Step.DAY_BEFORE: day_before, Step.SHORTLY_BEFORE: shortly_before}


@pytest.mark.parametrize(
    ("start", "day_before", "shortly_before", "hours"),
    [
        # The clocks are put forward in the night to 29 March: the day before is 23 hours away.
        (("2026-03-29", "17:00"), "2026-03-28 17:00", "2026-03-29 14:00", 23),
        (("2026-03-29", "09:00"), "2026-03-28 09:00", "2026-03-28 20:00", 23),
        (("2027-03-28", "17:00"), "2027-03-27 17:00", "2027-03-28 14:00", 23),
        # The clocks are put back in the night to 25 October: the day before is 25 hours away.
        (("2026-10-25", "17:00"), "2026-10-24 17:00", "2026-10-25 14:00", 25),
        (("2026-10-25", "09:00"), "2026-10-24 09:00", "2026-10-24 20:00", 25),
        (("2027-10-31", "17:00"), "2027-10-30 17:00", "2027-10-31 14:00", 25),
    ],
)
def test_the_day_before_is_the_same_time_on_the_wall_across_clock_changes(
    start: tuple[str, str], day_before: str, shortly_before: str, hours: int
) -> None:
    assert plan(start) == {Step.DAY_BEFORE: day_before, Step.SHORTLY_BEFORE: shortly_before}
    first = decide_reminders(wall(*start), wall("2026-01-01", "12:00"), TOWN)[0]
    assert wall(*start) - first.at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "now", "left"),
    [
        # The first is past: only the second comes.
        (("2026-02-04", "17:00"), ("2026-02-04", "10:00"), {Step.SHORTLY_BEFORE: "2026-02-04 14:00"}),
        (("2026-02-04", "17:00"), ("2026-02-03", "17:00"), {Step.SHORTLY_BEFORE: "2026-02-04 14:00"}),
        # Both are past: at once.
        (("2026-02-04", "17:00"), ("2026-02-04", "14:00"), {Step.AT_ONCE: "2026-02-04 14:00"}),
        (("2026-02-04", "17:00"), ("2026-02-04", "16:59"), {Step.AT_ONCE: "2026-02-04 16:59"}),
        # Both are past and it is night: in the morning, if that is before the start.
        (("2026-02-04", "09:00"), ("2026-02-03", "22:00"), {Step.AT_ONCE: "2026-02-04 08:00"}),
        (("2026-02-04", "08:00"), ("2026-02-03", "22:00"), {}),
        (("2026-02-04", "17:00"), ("2026-02-04", "17:00"), {}),  # it begins
        (("2026-02-04", "17:00"), ("2026-02-05", "10:00"), {}),
    ],
)
def test_a_step_that_is_past_is_left_out_unless_no_other_comes(
    start: tuple[str, str], now: tuple[str, str], left: dict[str, str]
) -> None:
    assert plan(start, now) == left


def test_a_step_is_useless_once_the_next_one_or_the_shift_has_come() -> None:
    start = wall("2026-02-04", "17:00")
    first, second = decide_reminders(start, wall("2026-01-01", "12:00"), TOWN)
    assert first.expires_at == second.at
    assert second.expires_at == start


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_no_reminder_of_a_whole_year_rings_at_night_or_comes_in_the_wrong_order(year: int) -> None:
    now = wall(f"{year}-01-01", "12:00")
    start = now + timedelta(days=2)
    while start < now + timedelta(days=365):
        steps = decide_reminders(start, now, TOWN)
        times = [step.at for step in steps]
        assert len(steps) == 2
        assert times == sorted(set(times))
        assert not any(is_quiet(at, TOWN) for at in times)
        assert all(step.at < step.expires_at <= start for step in steps)
        assert times[1] <= start - timedelta(hours=3)  # early enough to find somebody else
        start += timedelta(hours=7, minutes=30)


@pytest.mark.parametrize(
    ("now", "expires", "window"),
    [
        (("2026-02-04", "14:00"), ("2026-02-04", "17:00"), (("2026-02-04", "14:00"), ("2026-02-04", "17:00"))),
        # One that is meant for the evening may not leave in the night.
        (("2026-02-03", "20:00"), ("2026-02-04", "09:00"), (("2026-02-03", "20:00"), ("2026-02-03", "21:00"))),
        # The bot was away in the evening: in the morning it is still worth asking.
        (("2026-02-03", "23:00"), ("2026-02-04", "09:00"), (("2026-02-04", "08:00"), ("2026-02-04", "09:00"))),
        (("2026-02-03", "23:00"), ("2026-02-04", "08:00"), None),
        (("2026-03-28", "23:00"), ("2026-03-29", "10:00"), (("2026-03-29", "08:00"), ("2026-03-29", "10:00"))),
        (("2026-10-24", "23:00"), ("2026-10-25", "10:00"), (("2026-10-25", "08:00"), ("2026-10-25", "10:00"))),
    ],
)
def test_a_late_reminder_waits_for_the_morning_or_is_dropped(
    now: tuple[str, str], expires: tuple[str, str], window: tuple[tuple[str, str], tuple[str, str]] | None
) -> None:
    expected = (wall(*window[0]), wall(*window[1])) if window else None
    assert decide_window(wall(*now), wall(*expires), TOWN) == expected

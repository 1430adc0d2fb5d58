"""Decisions about shifts, as tables."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.refusal import Gone, Refusal
from bot.features.shifts import rules
from bot.features.shifts.models import Shift, ShiftState, SignUp, SignUpState
from bot.features.shifts.queries import Offered
from bot.features.shifts.rules import Wish
from bot.features.volunteers.models import Activity, Volunteer

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEEN = Volunteer(person_id=1, joined_at=NOW)
PAUSED = Volunteer(person_id=1, joined_at=NOW, paused=True)


def shift(*, taken: int = 0, state: ShiftState = ShiftState.OPEN, in_hours: int = 48) -> Shift:
    at = NOW + in_hours * HOUR
    return Shift(
        id=7,
        organisation_id=1,
        activity_id=1,
        starts_at=at,
        ends_at=at + HOUR,
        min_people=2,
        max_people=3,
        taken=taken,
        state=state,
        created_at=NOW,
    )


def said(state: SignUpState) -> SignUp:
    return SignUp(shift_id=7, person_id=1, state=state, created_at=NOW, changed_at=NOW)


OTHER = Offered(shift(), Activity(id=1, key="x", name="Other"))


@pytest.mark.parametrize(
    ("taken", "wish", "outcome"),
    [
        (0, Wish(KEEN), SignUpState.CONFIRMED),
        (2, Wish(KEEN), SignUpState.CONFIRMED),
        (2, Wish(KEEN, or_wait=True), SignUpState.CONFIRMED),
        (3, Wish(KEEN, or_wait=True), SignUpState.WAITLISTED),
        (2, Wish(KEEN, said(SignUpState.WAITLISTED)), SignUpState.CONFIRMED),
        (2, Wish(KEEN, said(SignUpState.WITHDRAWN)), SignUpState.CONFIRMED),
        (2, Wish(KEEN, said(SignUpState.DECLINED)), SignUpState.CONFIRMED),
        (3, Wish(KEEN, said(SignUpState.WITHDRAWN), or_wait=True), SignUpState.WAITLISTED),
    ],
)
def test_a_wish_gets_a_place_or_a_place_in_line(taken: int, wish: Wish, outcome: SignUpState) -> None:
    assert rules.decide_sign_up(shift(taken=taken), wish, NOW) == outcome


@pytest.mark.parametrize(
    ("wanted", "wish", "refusal"),
    [
        (shift(taken=3), Wish(KEEN), rules.ShiftFull),
        (shift(state=ShiftState.DRAFT), Wish(KEEN), Gone),
        (shift(state=ShiftState.CANCELLED), Wish(KEEN), rules.ShiftCancelled),
        (shift(in_hours=0), Wish(KEEN), rules.ShiftInPast),
        (shift(in_hours=-1), Wish(KEEN), rules.ShiftInPast),
        (shift(), Wish(), rules.NotVolunteer),
        (shift(), Wish(PAUSED), rules.VolunteerPaused),
        (shift(taken=1), Wish(KEEN, said(SignUpState.CONFIRMED)), rules.AlreadySignedUp),
        (shift(taken=3), Wish(KEEN, said(SignUpState.WAITLISTED), or_wait=True), rules.AlreadyWaiting),
        (shift(), Wish(KEEN, other=OTHER), rules.Overlaps),
        (shift(taken=3), Wish(KEEN, other=OTHER, or_wait=True), rules.Overlaps),
    ],
)
def test_every_no_has_its_own_reason(wanted: Shift, wish: Wish, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        rules.decide_sign_up(wanted, wish, NOW)


@pytest.mark.parametrize(
    ("line", "busy", "free", "promoted", "passed"),
    [
        ((), (), 2, (), ()),
        ((1, 2, 3), (), 0, (), ()),
        ((1, 2, 3), (), 2, (1, 2), ()),
        ((3, 1, 2), (), 1, (3,), ()),
        ((1, 2, 3), (1,), 1, (2,), (1,)),
        ((1, 2, 3), (1, 2, 3), 1, (), (1, 2, 3)),
        ((1, 2, 3), (3,), 2, (1, 2), ()),
    ],
)
def test_the_line_moves_up_in_order_past_those_who_are_busy(
    line: tuple[int, ...], busy: tuple[int, ...], free: int, promoted: tuple[int, ...], passed: tuple[int, ...]
) -> None:
    assert rules.decide_promotion(line, busy, free) == (promoted, passed)


@pytest.mark.parametrize(
    ("start", "length", "refusal"),
    [
        (timedelta(0), HOUR, rules.StartInPast),
        (-HOUR, HOUR, rules.StartInPast),
        (367 * DAY, HOUR, rules.StartTooFar),
        (DAY, timedelta(0), rules.TooLong),
        (DAY, 13 * HOUR, rules.TooLong),
    ],
)
def test_times_that_cannot_be_are_refused(start: timedelta, length: timedelta, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        rules.require_times(NOW + start, NOW + start + length, NOW)


@pytest.mark.parametrize(("least", "most"), [(0, 1), (3, 2), (1, 0), (1, 201)])
def test_numbers_that_cannot_be_are_refused(least: int, most: int) -> None:
    with pytest.raises(rules.WrongCounts):
        rules.require_counts(least, most)


@pytest.mark.parametrize(
    ("taken", "in_hours", "state", "matters"),
    [
        (1, 48, ShiftState.OPEN, True),
        (2, 48, ShiftState.OPEN, False),
        (1, 24 * 8, ShiftState.OPEN, False),
        (1, -1, ShiftState.OPEN, False),
        (1, 48, ShiftState.CANCELLED, False),
    ],
)
def test_too_few_people_matter_within_a_week(taken: int, in_hours: int, state: ShiftState, matters: bool) -> None:
    assert rules.matters_soon(shift(taken=taken, in_hours=in_hours, state=state), NOW) is matters


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24.12.", date(2026, 12, 24)),
        ("24.12", date(2026, 12, 24)),
        (" 4.2. ", date(2026, 2, 4)),
        ("2.2.", date(2026, 2, 2)),
        ("1.2.", date(2027, 2, 1)),
        ("24.12.2026", date(2026, 12, 24)),
        ("٢٤.١٢.٢٠٢٦", date(2026, 12, 24)),
        ("۲۴.۱۲.", date(2026, 12, 24)),
        ("29.02.", None),
        ("31.04.", None),
        ("24.13.", None),
        ("24/12", None),
        ("2026-12-24", None),
        ("24.12.26", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_a_typed_day_is_read_strictly(text: str, day: date | None) -> None:
    assert rules.parse_day(text, date(2026, 2, 2)) == day


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("17:30", time(17, 30)),
        ("9:05", time(9, 5)),
        ("۱۷:۳۰", time(17, 30)),
        ("24:00", None),
        ("17:60", None),
        ("17.30", None),
        ("5 pm", None),
        ("17", None),
    ],
)
def test_a_typed_time_is_read_strictly(text: str, clock: time | None) -> None:
    assert rules.parse_clock(text) == clock


@pytest.mark.parametrize(
    ("text", "minutes"), [("2:45", 165), ("0:30", 30), ("12:00", 720), ("12:01", None), ("0:00", None), ("2", None)]
)
def test_a_typed_length_is_read_strictly(text: str, minutes: int | None) -> None:
    assert rules.parse_length(text) == minutes


@pytest.mark.parametrize(("text", "count"), [("٥", 5), ("200", 200), ("201", None), ("0", None), ("x", None)])
def test_a_typed_number_is_read_strictly(text: str, count: int | None) -> None:
    assert rules.parse_count(text) == count


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        (date(2026, 2, 4), time(17), datetime(2026, 2, 4, 16, tzinfo=UTC)),
        (date(2026, 7, 1), time(17), datetime(2026, 7, 1, 15, tzinfo=UTC)),
        (date(2026, 3, 29), time(1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), time(3), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        # This one happens twice; the first is meant.
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_wall_time_becomes_an_instant_across_clock_changes(day: date, clock: time, instant: datetime) -> None:
    assert rules.instant_of(day, clock, BERLIN) == instant


@pytest.mark.parametrize("clock", [time(2, 0), time(2, 30), time(2, 59)])
def test_a_wall_time_that_the_clocks_jump_over_is_refused(clock: time) -> None:
    with pytest.raises(rules.NoSuchTime):
        rules.instant_of(date(2026, 3, 29), clock, BERLIN)


def test_a_week_later_is_the_same_wall_time_across_clock_changes() -> None:
    for start, days in ((datetime(2026, 3, 25, 16, tzinfo=UTC), 7), (datetime(2026, 10, 21, 15, tzinfo=UTC), 7)):
        later = rules.days_later(start, days, BERLIN).astimezone(BERLIN)
        assert (later.time(), later.date()) == (time(17), start.date() + days * DAY)

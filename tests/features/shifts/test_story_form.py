"""Stories of a coordinator who types: dates, times and numbers are read strictly and echoed, or refused kindly."""

from datetime import date

import pytest

from tests.features.shifts.desk import ENGLISH, ON_WEDNESDAY
from tests.features.shifts.test_story_shifts import coordinator
from tests.support.town import Someone, Town

EVE = date(2026, 12, 24)


async def asked_for_the_day(town: Town) -> Someone:
    """A coordinator at the question for the day."""
    carla = await coordinator(town)
    await carla.presses("New shift", "Homework", "Café International")
    return carla


@pytest.mark.parametrize(
    ("typed", "read"),
    [("24.12.", EVE), ("24.12.2026", EVE), ("٢٤.١٢.", EVE), ("۲۴.۱۲.۲۰۲۶", EVE), ("1.2.", date(2027, 2, 1))],
)
async def test_a_typed_day_is_echoed_with_its_weekday(town: Town, typed: str, read: date) -> None:
    carla = await asked_for_the_day(town)
    await carla.says(typed)
    # The first of February has passed this year: without a year the next one is meant.
    carla.sees(ENGLISH.day(read), "When does it start?")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("tomorrow", "such as 24.12."),
        ("12/24", "such as 24.12."),
        ("31.02.", "such as 24.12."),
        ("24.12.2020", "in the past"),
        ("24.12.2030", "more than a year ahead"),
    ],
)
async def test_a_day_that_cannot_be_is_refused_with_an_example(town: Town, typed: str, answer: str) -> None:
    carla = await asked_for_the_day(town)
    await carla.says(typed)
    carla.sees(answer, "On which day?")


async def test_a_time_that_the_clocks_jump_over_is_refused(town: Town) -> None:
    carla = await asked_for_the_day(town)
    await carla.says("29.03.2026")
    await carla.says("02:30")
    carla.sees("The clocks are put forward", "02:30")
    await carla.says("۰۳:۳۰")
    carla.sees("How long does it last?")


async def test_an_hour_of_today_that_has_passed_is_refused(town: Town) -> None:
    carla = await asked_for_the_day(town)
    await carla.presses(ENGLISH.short_day(date(2026, 2, 2)), "08:00")
    carla.sees("in the past", "When does it start?")
    await carla.says("25:00")
    carla.sees("such as 17:30")


async def test_lengths_and_numbers_are_read_strictly_and_the_minimum_never_exceeds_the_maximum(town: Town) -> None:
    carla = await asked_for_the_day(town)
    await carla.presses(ON_WEDNESDAY, "17:00")
    for wrong in ("2", "13:00", "0:00"):
        await carla.says(wrong)
        carla.sees("at most 12 hours")
    await carla.says("2:45")
    for wrong in ("0", "201", "many"):
        await carla.says(wrong)
        carla.sees("from 1 to 200")
    await carla.says("4")
    await carla.says("9")
    carla.sees("more than the 4 who can come at most", "such as 3")
    await carla.says("2")
    await carla.presses("German", "Arabic", "Next")
    await carla.says("x" * 301)
    carla.sees("at most 300 characters")
    await carla.says("<b>Bring</b> an apron & a smile")
    carla.sees("17:00–19:45", "2–4 people", "German or Arabic", "<b>Bring</b> an apron & a smile")


async def test_a_place_can_be_typed(town: Town) -> None:
    carla = await coordinator(town)
    await carla.presses("New shift", "Homework")
    await carla.says("Two\nlines")
    carla.sees("in one line")
    await carla.says("#1 Town library")
    await carla.presses(ON_WEDNESDAY, "17:00", "1 hour", "1", "Skip", "Skip", "Keep as a draft")
    carla.sees("📍 #1 Town library")


async def test_who_coordinates_several_organisations_is_asked_for_which(town: Town) -> None:
    carla = await coordinator(town)
    town.appoint(carla, town.organisation("malteser", "Malteser"))
    await carla.says("/newshift")
    carla.sees("For which organisation")
    await carla.presses("Malteser")
    carla.sees("What is there to do?")

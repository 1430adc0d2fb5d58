"""Times: what is due is done once, however late we come, and the clock on the wall keeps its word all year."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from bot.chat import ticks
from bot.core import columns, due, night, wall
from bot.core.due import DueRow
from bot.features.reminders import rules as reminders
from bot.features.shifts import rules as shifts
from tests.faults.cures.switching import Cure, changed, nothing, rewritten

TABLES, TICKS = "tests/core/test_durable_tables.py::", "tests/chat/test_ticks.py::"
REMINDERS, SHIFTS = "tests/features/reminders/test_rules.py::", "tests/features/shifts/test_rules.py::"
SALT = '__import__("secrets").token_hex(4)'

CURES = (
    Cure(
        "what is due is found however late we come",
        rewritten(
            due.due_rows,
            "DUE.rows(",
            "Prepared(DUE.statement.where(col(DueRow.at) > now - timedelta(seconds=1))).rows(",
        ),
        TICKS + "test_a_job_that_keeps_failing_is_set_aside_and_holds_up_nothing",
    ),
    Cure(
        "an appointment is planned once",
        rewritten(due._row, '"key": a.key', f'"key": a.key + {SALT}'),
        TABLES + "test_an_appointment_is_planned_once_and_found_when_it_is_due",
    ),
    Cure(
        "an appointment is taken once",
        changed(due, "TAKEN", select(DueRow).where(col(DueRow.id).in_(bindparam("rows", expanding=True)))),
        TABLES + "test_an_appointment_is_taken_once",
    ),
    Cure(
        "what recurs waits anew once it is done",
        changed(due, "SOON", due.PLAN),
        TABLES + "test_a_recurring_appointment_waits_anew_once_it_is_done",
    ),
    Cure(
        "what comes too late is not done",
        rewritten(due.take_due, "row.expires_at is not None and now >= row.expires_at", "False"),
        TICKS + "test_a_job_that_keeps_failing_is_set_aside_and_holds_up_nothing",
    ),
    Cure(
        "a job that keeps failing is set aside",
        rewritten(ticks.Ticker._put_off, "if row.tries >= TRIES:", "if False:"),
        TICKS + "test_a_job_that_keeps_failing_is_set_aside_and_holds_up_nothing",
    ),
    Cure(
        "the day before is a day on the wall and not 24 hours",
        rewritten(
            reminders._day_before,
            "return wall(local - timedelta(days=1), local.time(), zone)",
            "return at - timedelta(days=1)",
        ),
        REMINDERS + "test_the_day_before_is_the_same_time_on_the_wall_across_clock_changes",
    ),
    Cure(
        "no reminder rings at night",
        nothing(night.is_quiet, False),
        REMINDERS + "test_the_day_before_and_three_hours_before_but_never_at_night",
    ),
    Cure(
        "a week later is the same time on the wall",
        rewritten(
            shifts.days_later,
            "return instant_of(wall.date() + timedelta(days=days), wall.time(), zone)",
            "return at + timedelta(days=days)",
        ),
        SHIFTS + "test_a_week_later_is_the_same_wall_time_across_clock_changes",
    ),
    Cure(
        "a time that the clocks jump over is refused",
        rewritten(shifts.instant_of, "if at.astimezone(zone).replace(tzinfo=None) != wall:", "if False:"),
        SHIFTS + "test_a_wall_time_that_the_clocks_jump_over_is_refused",
        by="Failed",
    ),
    Cure(
        "of a time that comes twice the first is meant",
        rewritten(shifts.instant_of, "fold=0", "fold=1"),
        SHIFTS + "test_a_wall_time_becomes_an_instant_across_clock_changes",
    ),
    Cure(
        "the wall clock within SQL follows every change of the clocks",
        rewritten(wall._periods, "while at < end:", "while False:"),
        "tests/core/test_wall.py::test_the_clock_on_the_wall_is_the_same_within_sql",
    ),
    Cure(
        "an instant has a zone",
        rewritten(columns.UtcDateTime.process_bind_param, "if value.tzinfo is None:", "if False:"),
        "tests/core/test_store.py::test_an_instant_without_a_zone_is_refused",
        by="Failed",
    ),
)

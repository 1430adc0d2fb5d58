"""Two simulated years over four clock changes: each reminder comes once and in time, or leaves a note."""

import random
from collections import Counter

import pytest

from bot.core.store import Store
from tests.faults import LONG, seed
from tests.faults.expected import is_night
from tests.faults.years import Planned, Years
from tests.support.virtual_time import run_virtually

REMINDERS, PEOPLE = (40_000, 40) if LONG else (2_000, 20)


@pytest.mark.slow
@pytest.mark.timeout(900 if LONG else 120)
def test_each_reminder_of_two_years_comes_once_and_in_time_or_leaves_a_note(store: Store) -> None:
    if not LONG and not store.is_sqlite:
        pytest.skip("on PostgreSQL it takes longer: make faults")
    years = run_virtually(live(store, random.Random(seed())))
    counts = sum((judge(years, each) for each in years.planned if each.shift_id > 0), Counter())
    print(f"{counts.total()} reminders, {dict(counts)}; {len(years.looks)} looks, {dict(years.mishaps)}")
    assert counts.total() >= REMINDERS
    assert counts["sent"] > counts["noted"] > 0


async def live(store: Store, dice: random.Random) -> Years:
    years = Years(store, dice, REMINDERS, PEOPLE)
    if LONG:
        years.longest, years.luck = 12.0, 0.5
    await years.live()
    return years


def judge(years: Years, each: Planned) -> Counter[str]:
    """Hold one shift's reminders against what must be; return how many were sent and how many noted."""
    found: Counter[str] = Counter()
    looks = years.looks[each.seen_from :]
    notes = {note.at: note for note in each.notes}
    assert not any(note.waits for note in each.notes)
    assert len(each.steps) == len(notes)
    chances = [step.had_a_chance(looks) for step in each.steps]
    for telegram_id in each.people:
        sent = each.sent[telegram_id]
        assert not any(is_night(at) for at in sent), (each, sent)
        for step, chance in zip(each.steps, chances, strict=True):
            times = [at for at in sent if step.covers(at)]
            assert len(times) <= 1, f"doubled: shift {each.number}, {times}"
            note = notes[step.at]
            missed = note.missed or any(person.telegram_id == telegram_id for person in note.not_reached)
            assert missed is not bool(times), f"shift {each.number}, {step}, sent {times}, note {note}"
            assert times or not chance, f"noted though it could be sent: shift {each.number}, {step}"
            found["sent" if times else "noted"] += 1
        assert sum(len([at for at in sent if step.covers(at)]) for step in each.steps) == len(sent), (
            f"early or late: shift {each.number} {each.steps}, sent {sent}"
        )
    return found

"""What is said of a race, of a thousand messages and of statements is seen in them, and so is what is wrong."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import select

from bot.core.clock import Clock
from bot.core.store import Store
from bot.features.shifts.models import SignUp
from tests.benchmarks.crowd import FIRST_USER
from tests.benchmarks.furnish import Furnisher, row_of
from tests.benchmarks.processes import Running
from tests.benchmarks.races import NEXT_STEP, REASON, Race
from tests.benchmarks.sending import sustained
from tests.benchmarks.server import Server
from tests.benchmarks.towns import PLACES, RACERS, Filled, Town, furnish, taps
from tests.support.statements import statements_heard

WINNERS = range(FIRST_USER, FIRST_USER + PLACES)
EVERYBODY = range(FIRST_USER, FIRST_USER + RACERS)


def answer(words: str, *captions: str) -> Mapping[str, str]:
    keyboard = [[{"text": caption}] for caption in (*captions, "Home")]
    return {"text": words, "reply_markup": json.dumps({"inline_keyboard": keyboard})}


def after_a_race(f: Furnisher) -> Filled:
    people = f.volunteers(FIRST_USER, RACERS)
    (shift,) = f.shifts([f.uow.now + timedelta(days=5)], PLACES + 1, taken=PLACES)
    f.sign_up((shift, person) for person in people[:PLACES])
    return {"races": [shift], "next": people[PLACES : PLACES + 1], "alone": [shift]}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return furnish(f"sqlite:///{tmp_path / 'race.db'}", after_a_race)


@pytest.fixture
def race(town: Town) -> Race:
    race = Race(Running(Server(), (), 0.0, town.url), town, town.made["races"][0], 1)
    race.answers = {
        who: answer("You are in", "I can't") if who in WINNERS else answer(REASON, NEXT_STEP) for who in EVERYBODY
    }
    return race


def test_a_fair_race_is_found_fair(race: Race) -> None:
    assert race.judgement() == {"races": 1, "wrong": False, "untold": 0}


def test_somebody_too_many_on_a_shift_is_found(race: Race, town: Town) -> None:
    store = Store(town.url, Clock())
    with store.unit_of_work() as uow:
        first = uow.session.exec(select(SignUp).where(SignUp.shift_id == race.shift)).first()
        assert first is not None
        uow.session.add(SignUp(**{**row_of(first), "person_id": town.made["next"][0]}))
    store.close()
    found = race.judgement()
    assert (found["wrong"], found["untold"]) == (True, 1)  # and she was told that there is no place


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (WINNERS[0], answer(REASON, NEXT_STEP)),
        (EVERYBODY[-1], answer("You are in", "I can't")),
        (EVERYBODY[-1], answer(REASON)),
        (EVERYBODY[-1], answer("", NEXT_STEP)),
        (EVERYBODY[-1], None),
    ],
)
def test_who_was_told_what_is_not_true_or_no_way_on_is_found(
    race: Race, who: int, told: Mapping[str, str] | None
) -> None:
    if told is None:
        del race.answers[who]
    else:
        race.answers[who] = told
    assert race.judgement()["untold"] == 1


def test_an_answer_on_another_card_is_none(race: Race) -> None:
    race.answers.clear()
    race.hear("editMessageText", {"chat_id": "1000", "message_id": "2", **answer(REASON, NEXT_STEP)})
    assert not race.answers


def test_a_card_that_is_only_brought_up_to_date_is_no_answer(race: Race) -> None:
    race.answers.clear()
    race.hear("editMessageText", {"chat_id": "1000", "message_id": "1", **answer("No place is left", NEXT_STEP)})
    assert not race.answers
    race.hear("editMessageText", {"chat_id": "1000", "message_id": "1", **answer(REASON, NEXT_STEP)})
    assert list(race.answers) == [1000]


def test_a_thousand_at_once_do_not_make_a_share_larger() -> None:
    at_once = [0.0] * 1000
    slowly = [n / 500 for n in range(1, 1001)]
    assert sustained(at_once + slowly) == pytest.approx(0.5)
    late_but_fast = [n / 100 for n in range(1000)] + [10.0 + n / 2000 for n in range(1000)]
    assert sustained(late_but_fast) < 0.2


def test_statements_are_counted_and_transactions_are_not(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with statements_heard() as said, engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version")
        connection.execute(text("SELECT 1"))
        connection.execute(text(" select 2"))
    engine.dispose()
    assert len(said) == 2


def test_who_has_no_shift_left_asks_no_more(town: Town) -> None:
    ask = taps(town)
    assert ask(0, 0) is not None
    assert ask(0, 400) is None

"""What people read about shifts at the moment a message leaves, in their language and for their eyes only."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col

from bot.chat.feature import RenderContext
from bot.core.message import Screen
from bot.core.person import Grant, Person
from bot.core.refusal import Refusal
from bot.core.store import Store, UnitOfWork
from bot.core.translation import Translator
from bot.features.shifts import handlers, messages, rules, services
from bot.features.shifts.models import Shift
from bot.features.shifts.queries import Offered
from bot.features.volunteers.models import Activity
from tests.features.shifts.desk import (
    BERLIN,
    ENGLISH,
    WEDNESDAY,
    Desk,
    new_desk,
    new_volunteers,
    open_shift,
    sign_up,
    withdraw,
)


def seen(store: Store, kind: str, person_id: int, shift_id: int, **more: Any) -> Screen | None:
    """Render a message for somebody as delivery does, in the language ``locale``."""
    with store.read() as session:
        person = session.get_one(Person, person_id)
        args = {"id": shift_id, "person": more.get("about", 0)}
        context = RenderContext(session, store.clock.now(), person, Translator(more.get("locale", "en"), BERLIN), args)
        screen = handlers.RENDERERS[kind](context)
    assert screen is None or isinstance(screen, Screen)
    return screen


def text(screen: Screen | None) -> str:
    assert screen is not None
    return screen.html


def actions(screen: Screen | None) -> list[str]:
    assert screen is not None
    return [button.action for row in screen.rows for button in row]


def test_a_note_is_shown_as_typed_and_marked_for_readers_of_another_language(store: Store) -> None:
    there = new_desk(store)
    (anna,) = new_volunteers(store, there, 1)
    shift = open_shift(store, there, replace(there.need(), note="Bitte <Schürze>", note_locale="de@easy"))
    assert "💬 Bitte &lt;Schürze&gt;" in text(seen(store, "shift", anna, shift))
    assert "original: German" in text(seen(store, "shift", anna, shift))
    assert "original" not in text(seen(store, "shift", anna, shift, locale="de"))


def test_a_card_offers_what_its_reader_can_do_now(store: Store) -> None:
    there = new_desk(store)
    anna, berta = new_volunteers(store, there, 2)
    shift = open_shift(store, there, there.need(most=1))
    assert {"shift.sign_up", "shift.decline"} <= set(actions(seen(store, "shift", anna, shift)))
    sign_up(store, anna, shift)
    assert actions(seen(store, "shift", anna, shift))[0] == "shift.withdraw"
    assert actions(seen(store, "shift", berta, shift))[0] == "shift.wait"
    assert actions(seen(store, "shift", there.coordinator, shift))[0] == "volunteer.join"


def test_a_roster_says_of_everybody_where_she_stands(store: Store) -> None:
    there = new_desk(store)
    people = new_volunteers(store, there, 5)
    shift = open_shift(store, there)
    for person in people[:4]:
        sign_up(store, person, shift)
    with store.unit_of_work() as uow:
        services.confirm_coming(uow, people[0], shift)
        services.decline(uow, people[4], shift)
        uow.session.get_one(Person, people[1]).reachable = False
    lines = text(seen(store, "roster", there.coordinator, shift)).split("\n")
    assert lines[-5:] == [
        "👍 Volunteer 0 is coming for sure",
        "📵 Volunteer 1 cannot be reached on Telegram",
        "⏳ 1. Volunteer 2",
        "⏳ 2. Volunteer 3",
        "👎 Volunteer 4 can't come",
    ]
    with store.unit_of_work() as uow:
        services.move_shift(uow, there.coordinator, shift, there.need(WEDNESDAY + timedelta(days=1)).venue)
    assert "❓ Volunteer 0 has not said yet" in text(seen(store, "roster", there.coordinator, shift))


def test_a_roster_is_for_those_who_coordinate_at_that_moment(store: Store) -> None:
    there, elsewhere = new_desk(store), new_desk(store, "malteser")
    shift = open_shift(store, there)
    assert seen(store, "roster", there.coordinator, shift) is not None
    assert seen(store, "roster", elsewhere.coordinator, shift) is None
    with store.unit_of_work() as uow:
        uow.session.execute(delete(Grant).where(col(Grant.person_id) == there.coordinator))
    assert seen(store, "roster", there.coordinator, shift) is None
    assert seen(store, "shift.unreachable", there.coordinator, shift) is None


@pytest.mark.parametrize("reason", [rules.REASONS[0], "The heating has failed."])
def test_a_cancellation_says_why(store: Store, reason: str) -> None:
    there = new_desk(store)
    (anna,) = new_volunteers(store, there, 1)
    shift = open_shift(store, there)
    sign_up(store, anna, shift)
    with store.unit_of_work() as uow:
        services.cancel_shift(uow, there.coordinator, shift, reason, "en")
    told = seen(store, "shift.cancelled", anna, shift)
    assert reason in text(told)
    assert "A shift of yours does not take place" in text(told)
    assert not {"shift.sign_up", "shift.withdraw"} & set(actions(told))


def test_coordinators_are_told_who_cannot_be_reached(store: Store) -> None:
    there = new_desk(store)
    (anna,) = new_volunteers(store, there, 1, "Anna")
    shift = open_shift(store, there)
    sign_up(store, anna, shift)
    assert "Anna cannot be reached" in text(seen(store, "shift.unreachable", there.coordinator, shift, about=anna))
    assert "too few people" in text(seen(store, "shift.below_minimum", there.coordinator, open_shift(store, there)))


POINTLESS: dict[str, Callable[[UnitOfWork, Desk, int, int], object]] = {
    "shift.moved": lambda uow, there, shift, anna: services.withdraw(uow, anna, shift),
    "shift.promoted": lambda uow, there, shift, anna: services.withdraw(uow, anna, shift),
    "shift.passed_over": lambda uow, there, shift, anna: None,
    "shift.cancelled": lambda uow, there, shift, anna: None,
}


@pytest.mark.parametrize("kind", POINTLESS)
def test_news_that_are_true_no_more_are_not_sent(store: Store, kind: str) -> None:
    there = new_desk(store)
    (anna,) = new_volunteers(store, there, 1)
    shift = open_shift(store, there)
    sign_up(store, anna, shift)
    with store.unit_of_work() as uow:
        POINTLESS[kind](uow, there, shift, anna)
    assert seen(store, kind, anna, shift) is None


def test_somebody_who_waits_reads_why_a_free_place_is_not_hers(store: Store) -> None:
    there = new_desk(store)
    anna, berta = new_volunteers(store, there, 2)
    shift = open_shift(store, there, there.need(most=1))
    sign_up(store, anna, shift)
    sign_up(store, berta, shift)
    sign_up(store, berta, open_shift(store, there))
    withdraw(store, anna, shift)
    told = text(seen(store, "shift.passed_over", berta, shift))
    other = f"Host at Café International ({ENGLISH.short_when(WEDNESDAY)})"
    assert f"A place is free, but at that time you are here: {other}." in told
    assert "number 1 on the waitlist" in told


@pytest.mark.parametrize("kind", messages.REFUSALS)
@pytest.mark.parametrize("locale", ["en", "de", "ar"])
def test_every_refusal_says_a_reason_and_offers_a_next_step(store: Store, kind: type, locale: str) -> None:
    there = new_desk(store)
    with store.read() as session:
        shift = session.get_one(Shift, open_shift(store, there))
    screen = messages.explain(Translator(locale, BERLIN), _refusal(kind, shift))
    assert len(screen.text) > 20
    assert "{" not in screen.text
    assert actions(screen)


def _refusal(kind: type, shift: Shift) -> Refusal:
    if kind is rules.Overlaps:
        return rules.Overlaps(shift, Offered(shift, Activity(key="x", name="Sewing workshop")))
    if kind is rules.NoSuchTime:
        return rules.NoSuchTime(date(2026, 3, 29), time(2, 30))
    made = kind(shift) if issubclass(kind, rules.ShiftRefusal) else kind()
    assert isinstance(made, Refusal)
    return made

"""Cards are kept true, and nothing else is put in the place of what a person looks at."""

from sqlmodel import select

from bot.chat.feature import RenderContext
from bot.core.card import Card, queue_refreshes
from bot.core.message import Html, Screen
from bot.core.outbox import Outgoing, State, Verb
from bot.core.person import Person
from bot.core.translation import Translator
from tests.features.shifts.test_story_shifts import coordinator, publishes
from tests.features.volunteers.test_story_volunteer import sign_up
from tests.support.town import Someone, Town


async def a_volunteer_with_a_card(town: Town) -> Someone:
    """Anna, who looks at an open shift."""
    anna = await sign_up(town)
    await publishes(await coordinator(town))
    await anna.says("/start shift-1")
    return anna


async def test_a_refresh_that_waited_does_not_overwrite_the_screen_that_took_the_cards_place(town: Town) -> None:
    anna = await a_volunteer_with_a_card(town)
    with town.store.unit_of_work() as uow:
        card = uow.session.exec(select(Card).where(Card.chat_id == anna.id)).one()
        queue_refreshes(uow.session, uow.outbox, [(card.entity, {"kinds": [card.kind], "stamp": ""})])
        person = uow.session.exec(select(Person).where(Person.telegram_id == anna.id)).one()
        home = Screen(Html("home again"))
        uow.outbox.answer(person, home, origin="t1", message_id=card.message_id)
        card.shown = "something older"
        uow.session.add(card)
    await town.settle()
    anna.sees("home again")
    with town.store.read() as session:
        refresh = session.exec(select(Outgoing).where(Outgoing.verb == Verb.REFRESH, Outgoing.chat_id == anna.id)).one()
        assert refresh.state == State.SENT


async def test_a_card_that_shows_the_truth_already_is_left_alone_with_its_notice(town: Town) -> None:
    anna = await a_volunteer_with_a_card(town)
    noticed(town, anna)
    await town.settle()
    town.telegram.ledger.clear()
    with town.store.unit_of_work() as uow:
        uow.cards.refresh("shift", 1)
    await town.settle()
    anna.sees("Thank you for telling us")
    assert [call for call in town.telegram.ledger.of("editMessageText") if call.chat_id == anna.id] == []


def noticed(town: Town, anna: Someone) -> None:
    """Show her the card as it is, with a sentence on top."""
    with town.store.unit_of_work() as uow:
        person = uow.session.exec(select(Person).where(Person.telegram_id == anna.id)).one()
        card = uow.session.exec(select(Card).where(Card.chat_id == anna.id)).one()
        context = RenderContext(
            uow.session, uow.now, person, Translator("en", town.bot.house.zone), {"id": card.entity}
        )
        screen = town.bot.house.registry.render(card.kind, context)
        assert isinstance(screen, Screen)
        uow.outbox.answer(
            person, screen.noticed(Html("Thank you for telling us")), origin="t1", message_id=card.message_id
        )


async def test_somebody_unknown_who_taps_an_old_button_stays_unknown(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    message, data = anna.screen.message_id, anna.screen.buttons[0][0].callback_data
    assert data
    with town.store.unit_of_work() as uow:
        for row in [*uow.session.exec(select(Outgoing)), *uow.session.exec(select(Person))]:
            uow.session.delete(row)
            uow.session.flush()
    town.telegram.forge(anna.id, message, data)
    await town.settle()
    with town.store.read() as session:
        assert session.exec(select(Person)).first() is None
    assert "/start" in anna.alerts[-1]


async def test_a_card_that_was_shown_before_the_change_is_refreshed(town: Town) -> None:
    anna = await a_volunteer_with_a_card(town)
    noticed(town, anna)
    await town.settle()
    with town.store.unit_of_work() as uow:
        card = uow.session.exec(select(Card).where(Card.chat_id == anna.id)).one()
        person = uow.session.exec(select(Person).where(Person.telegram_id == anna.id)).one()
        older = Screen(Html("what it was before"), card=(card.kind, card.entity))
        uow.outbox.answer(person, older, origin="t2", message_id=card.message_id)
        uow.cards.refresh("shift", 1)
    await town.settle()
    assert "what it was before" not in anna.everything

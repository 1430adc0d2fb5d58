"""Stories of newcomers who look for the right door."""

from datetime import date

from sqlalchemy import delete

from bot.features.organisations.models import Offer, Organisation
from tests.support.town import Town


def offer(town: Town, key: str, *topics: str, audience: str = "") -> None:
    caritas = town.organisation()
    with town.store.unit_of_work() as uow:
        uow.session.add(
            Offer(
                key=key,
                organisation_id=caritas.number,
                kind="counselling",
                name=f"Beratung {key}",
                topics=list(topics),
                audience=audience,
                checked=date(2026, 1, 15),
            )
        )


async def test_a_newcomer_finds_who_advises_on_housing(town: Town) -> None:
    offer(town, "herein", "housing", audience="adults")
    offer(town, "jmd", "work")
    number = town.organisation().number
    with town.store.unit_of_work() as uow:
        caritas = uow.session.get_one(Organisation, number)
        caritas.office_hours = "mon 09:00-12:00,14:00-17:00; thu 09:00-12:00"
        uow.session.add(caritas)
    noor = await town.someone(401, "Noor", "en")
    await noor.presses("Find the right door")
    noor.sees("112", "110")
    await noor.presses("Housing")
    noor.sees("Beratung herein", "Caritas", "For: adults", "Checked on 15 Jan 2026")
    noor.sees("Mon 09:00–12:00, 14:00–17:00 · Thu 09:00–12:00")
    assert "jmd" not in noor.last


async def test_no_page_has_more_than_six_buttons_and_every_topic_is_reached(town: Town) -> None:
    topics = ["work", "money", "housing", "school", "health", "family", "youth", "gardening_club"]
    for topic in topics:
        offer(town, topic, topic)
    noor = await town.someone(401, "Noor", "en")
    await noor.presses("Find the right door")
    seen = set(noor.captions)
    assert len(noor.captions) <= 6
    await noor.presses("More…")
    assert len(noor.captions) <= 6
    seen |= set(noor.captions)
    assert {"💼 Work", "🩺 Health", "gardening club"} <= seen
    await noor.presses("gardening club")
    noor.sees("Beratung gardening_club")


async def test_many_doors_for_a_topic_come_page_by_page(town: Town) -> None:
    for number in range(5):
        offer(town, f"n{number}", "housing")
    noor = await town.someone(401, "Noor", "en")
    await noor.says("/offers")
    await noor.presses("Housing")
    noor.sees("Beratung n0", "Beratung n2")
    assert "n3" not in noor.last
    await noor.presses("More…")
    noor.sees("Beratung n3", "Beratung n4")


async def test_the_button_of_a_topic_that_is_no_more_leads_back_to_the_list(town: Town) -> None:
    offer(town, "herein", "housing")
    noor = await town.someone(401, "Noor", "en")
    await noor.says("/offers")
    with town.store.unit_of_work() as uow:
        uow.session.execute(delete(Offer))
    await noor.presses("Housing")
    noor.sees("What is it about?")

"""Decisions about pages, names and topics."""

import pytest

from bot.core.paging import page_of
from bot.features.organisations import messages
from bot.features.organisations.rules import name_from_profile, topic_number


@pytest.mark.parametrize(
    ("count", "number", "items", "more"),
    [
        (3, 0, [0, 1, 2], None),
        (4, 0, [0, 1, 2], 1),
        (4, 1, [3], 0),
        (4, 7, [0, 1, 2], 1),
        (4, -1, [0, 1, 2], 1),
        (0, 0, [], None),
    ],
)
def test_a_page_leads_to_the_next_and_the_last_to_the_first(
    count: int, number: int, items: list[int], more: int | None
) -> None:
    page = page_of(range(count), number, 3)
    assert (list(page.items), page.more) == (items, more)


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ("Olena", "Olena"),
        ("  Anna \n Maria ", "Anna Maria"),
        ("@handle", ""),
        ("see t.me/spam", ""),
        ("https://spam", ""),
        ("x" * 60, "x" * 40),
    ],
)
def test_a_profile_name_is_taken_only_if_colleagues_can_be_shown_it(profile: str, name: str) -> None:
    assert name_from_profile(profile) == name


def test_every_topic_has_a_number_of_its_own() -> None:
    assert len({topic_number(topic) for topic in messages.TOPICS}) == len(messages.TOPICS)

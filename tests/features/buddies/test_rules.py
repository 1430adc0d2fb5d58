"""Who may be proposed to whom, and in which order: pure values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.features.buddies.models import Comfort, Self
from bot.features.buddies.rules import Profile, is_call_name, is_comfortable, is_possible, rank

SINCE = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
AMAL = Profile(
    wish_id=1,
    person_id=1,
    languages=frozenset({"ar", "fr"}),
    topics=frozenset({"talk", "work"}),
    times=frozenset({"week.evening", "weekend.morning"}),
    comfort=Comfort.ALL,
    i_am=Self.WOMAN,
    since=SINCE,
)
OLENA = replace(AMAL, wish_id=2, person_id=2)


@pytest.mark.parametrize(
    ("comfort", "with_whom", "fine"),
    [
        (Comfort.ALL, Self.WOMAN, True),
        (Comfort.ALL, Self.MAN, True),
        (Comfort.ALL, Self.OTHER, True),
        (Comfort.WOMEN, Self.WOMAN, True),
        (Comfort.WOMEN, Self.MAN, False),
        (Comfort.WOMEN, Self.OTHER, False),
        (Comfort.MEN, Self.WOMAN, False),
        (Comfort.MEN, Self.MAN, True),
        (Comfort.MEN, Self.OTHER, False),
    ],
)
def test_comfort_is_kept_to_the_letter(comfort: Comfort, with_whom: Self, fine: bool) -> None:
    assert is_comfortable(comfort, with_whom) is fine


@pytest.mark.parametrize("hers", list(Self))
@pytest.mark.parametrize("his_comfort", list(Comfort))
def test_a_pair_is_possible_only_if_both_are_comfortable(hers: Self, his_comfort: Comfort) -> None:
    asks = replace(AMAL, comfort=Comfort.WOMEN, i_am=hers)
    offers = replace(OLENA, comfort=his_comfort, i_am=Self.WOMAN)
    assert is_possible(asks, offers) is is_comfortable(his_comfort, hers)
    assert not is_possible(asks, replace(offers, i_am=Self.MAN))


@pytest.mark.parametrize(
    "limit",
    [
        {"free": 0},
        {"times": frozenset({"week.morning"})},
        {"times": frozenset()},
        {"person_id": AMAL.person_id},
    ],
    ids=["no place left", "no common time", "no time at all", "herself"],
)
def test_a_hard_limit_excludes(limit: dict[str, object]) -> None:
    assert rank(AMAL, [OLENA])
    assert rank(AMAL, [replace(OLENA, **limit)]) == []  # type: ignore[arg-type]


def test_a_pair_that_must_stay_apart_is_never_ranked() -> None:
    other = replace(OLENA, wish_id=3, person_id=3)
    assert [fit.person_id for fit in rank(AMAL, [OLENA, other], apart={2})] == [3]


def test_nothing_but_german_in_common_still_fits_but_comes_last() -> None:
    silent = replace(OLENA, wish_id=3, person_id=3, languages=frozenset(), since=SINCE - timedelta(days=9))
    assert [fit.person_id for fit in rank(AMAL, [silent, OLENA])] == [2, 3]


RISING = [
    replace(OLENA, languages=frozenset()),
    replace(OLENA, topics=frozenset()),
    replace(OLENA, topics=frozenset({"work"})),
    replace(OLENA, times=frozenset({"week.evening"})),
    replace(OLENA, taken=2),
    replace(OLENA, taken=1),
    replace(OLENA, since=SINCE + timedelta(days=1)),
    OLENA,
]


@pytest.mark.parametrize("worse", range(len(RISING) - 1))
def test_language_then_topics_then_times_then_load_then_waiting_decide(worse: int) -> None:
    lesser = replace(RISING[worse], wish_id=10, person_id=10)
    better = replace(RISING[worse + 1], wish_id=11, person_id=11)
    for given in ([lesser, better], [better, lesser]):
        assert [fit.person_id for fit in rank(AMAL, given)] == [11, 10]


def test_the_reasons_are_what_both_said() -> None:
    (fit,) = rank(AMAL, [replace(OLENA, languages=frozenset({"ar"}), topics=frozenset({"work", "school"}))])
    assert (set(fit.languages), set(fit.topics), fit.times) == ({"ar"}, {"work"}, AMAL.times)


@pytest.mark.parametrize("name", ["Amal", "أمل", "Anna-Lena", "O'Neill", "Мар'яна"])
def test_a_first_name_may_be_used(name: str) -> None:
    assert is_call_name(name)


@pytest.mark.parametrize("name", ["", "@amal", "t.me/amal", "+49 751", "Amal 0751", "a_b", "🙂", "A" * 41, "A\nB"])
def test_what_leads_to_an_account_or_a_phone_is_no_name(name: str) -> None:
    assert not is_call_name(name)

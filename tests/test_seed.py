"""The centre's file: read whole or not at all, again and again, with errors that say what to mend."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.store import Store
from bot.demo import __file__ as demo
from bot.features.organisations import messages, queries
from bot.features.organisations.models import Offer, Organisation, Place
from bot.features.volunteers.messages import ACTIVITIES
from bot.features.volunteers.models import Activity
from bot.seed import SeedError, seed_file

WEINGARTEN = Path(demo).with_name("weingarten.yaml")
SMALL = """
centre: {name: Centre, address: Street 1, opening_hours: {mon: ["09:00-12:00", "14:00-17:00"]}, checked: 2026-01-31}
organisations:
  - {key: stadt, kind: town, regime: GDPR, name: Stadt}
places:
  - {key: cafe, name: Café, organisation: stadt}
activities:
  - {key: escort, name: Going along, requires: [confidentiality]}
offers:
  - {key: mbe, organisation: stadt, kind: counselling, name: Beratung, topics: [work]}
"""


def seed(store: Store, folder: Path, text: str) -> dict[str, int]:
    path = folder / "centre.yaml"
    path.write_text(text, encoding="utf-8")
    return seed_file(store, path)


def test_the_sample_centre_is_read_whole_and_twice_is_like_once(store: Store) -> None:
    counts = seed_file(store, WEINGARTEN)
    assert counts == {"organisations": 8, "places": 3, "activities": 10, "offers": 17}
    assert seed_file(store, WEINGARTEN) == counts
    with store.read() as session:
        for kind, model in (("organisations", Organisation), ("places", Place), ("activities", Activity)):
            assert len(session.exec(select(model)).all()) == counts[kind]
        assert len(session.exec(select(Offer)).all()) == counts["offers"]


def test_the_sample_centre_has_words_for_its_topics_audiences_and_activities(store: Store) -> None:
    seed_file(store, WEINGARTEN)
    with store.read() as session:
        assert queries.topics_offered(session) <= set(messages.TOPICS)
        audiences = set(session.exec(select(Offer.audience)))
        assert audiences - {""} == set(messages.AUDIENCES)
        assert set(session.exec(select(Activity.name))) == set(ACTIVITIES)


def test_every_field_of_the_file_arrives(store: Store, tmp_path: Path) -> None:
    seed(store, tmp_path, SMALL)
    with store.read() as session:
        stadt = session.exec(select(Organisation)).one()
        assert (stadt.kind, stadt.regime, stadt.name) == ("town", "GDPR", "Stadt")
        assert stadt.office_hours == "mon 09:00-12:00,14:00-17:00"
        centre, cafe = session.exec(select(Place).order_by(Place.key.desc())).all()  # type: ignore[union-attr]
        assert (centre.key, centre.name, centre.address, centre.organisation_id) == (
            "centre",
            "Centre",
            "Street 1",
            None,
        )
        assert (cafe.name, cafe.address, cafe.organisation_id) == ("Café", "Street 1", stadt.number)
        assert session.exec(select(Activity)).one().requires == "confidentiality"
        offer = session.exec(select(Offer)).one()
        assert (offer.name, offer.topics, offer.checked) == ("Beratung", ["work"], date(2026, 1, 31))


def test_reading_again_changes_what_differs_and_keeps_the_rest(store: Store, tmp_path: Path) -> None:
    seed(store, tmp_path, SMALL)
    seed(store, tmp_path, "organisations:\n  - {key: stadt, regime: KDG, name: Stadt Weingarten}\n")
    with store.read() as session:
        stadt = session.exec(select(Organisation)).one()
        assert (stadt.regime, stadt.name) == ("KDG", "Stadt Weingarten")
        assert session.exec(select(Offer)).one().name == "Beratung"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("regime: GDPR", "regime: DSGVO", "organisations, entry 1 (stadt): regime is 'DSGVO'; use GDPR, KDG, DSG-EKD"),
        ("name: Beratung, ", "", "offers, entry 1 (mbe): 'name' is missing or no text; write name: <text>"),
        (
            "topics: [work]",
            "topics: work",
            "offers, entry 1 (mbe): 'topics' is no list of words; write topics: [one, two]",
        ),
        (
            "organisation: stadt, kind",
            "organisation: statd, kind",
            "no organisation has the key 'statd'; enter it under",
        ),
        ("kind: counselling", "kind: advice", "kind is 'advice'; use counselling, encounter, department"),
        (
            "name: Café,",
            "nam: Café,",
            "places, entry 1 (cafe): unknown field 'nam'; use key, name, address, organisation",
        ),
        ("key: cafe,", "", "places, entry 1: 'key' is missing"),
        ("key: cafe", "key: centre", "the key 'centre' is the centre's own; choose another"),
        ("checked: 2026-01-31", "checked: soon", "'checked' is missing or no day; write checked: 2026-01-31"),
        ("2026-01-31", "2026-01-31 10:00:00", "'checked' is missing or no day"),
        ("mon: [", "montag: [", "unknown field 'montag'; use mon, tue"),
        ("  - {key: escort", "  {key: escort", "activities is no list; begin each entry with a dash"),
        ("offers:", "ofers:", "unknown field 'ofers'; use centre, organisations, places, activities, offers"),
        ("[work]}", "[work", "line "),
        ("address: Street 1, ", "", "centre: 'address' is missing"),
    ],
)
def test_an_error_names_file_entry_and_mend_in_one_line_and_nothing_is_kept(
    store: Store, tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in SMALL
    with pytest.raises(SeedError) as caught:
        seed(store, tmp_path, SMALL.replace(old, new))
    assert says in str(caught.value)
    assert str(caught.value).startswith("centre.yaml: ")
    assert "\n" not in str(caught.value)
    with store.read() as session:
        assert session.exec(select(Organisation)).first() is None


def test_a_key_twice_is_an_error(store: Store, tmp_path: Path) -> None:
    twice = SMALL.replace("activities:\n", "activities:\n  - {key: escort, name: Once}\n")
    with pytest.raises(SeedError, match=r"activities, entry 2: the key 'escort' is there twice"):
        seed(store, tmp_path, twice)


@pytest.mark.parametrize("content", [None, b"", b"- a list", b"\xff\xfe\x00"])
def test_a_file_that_is_none_is_an_error(store: Store, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "centre.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SeedError) as caught:
        seed_file(store, path)
    assert "centre.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)

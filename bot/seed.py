"""Seed: reads a centre's YAML file into organisations, places, activities and offers; again and again without harm."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from sqlmodel import Session, SQLModel, col, select

from bot.core.store import Store
from bot.features.organisations.models import Offer, Organisation, Place
from bot.features.volunteers.models import Activity

CENTRE_KEY = "centre"  # of the place that the centre itself is
SECTIONS = ("centre", "organisations", "places", "activities", "offers")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
REGIMES = ("GDPR", "KDG", "DSG-EKD")
KINDS = ("counselling", "encounter", "department")
M = TypeVar("M", bound=SQLModel)


class SeedError(Exception):
    """The file cannot be read; one line names file, entry and the mend. Nothing of the file was kept."""


@dataclass(frozen=True)
class Entry:
    """One entry of the file, read field by field; ``where`` names it in errors."""

    where: str
    data: Mapping[str, Any]

    def wrong(self, what: str, mend: str) -> SeedError:
        """Make an error that says where, what and how to mend it."""
        return SeedError(f"{self.where}: {what}; {mend}")

    def only(self, *fields: str) -> None:
        """Refuse fields nobody reads: a misspelt one would otherwise be lost in silence."""
        for name in self.data:
            if name not in fields:
                raise self.wrong(f"unknown field {name!r}", f"use {', '.join(fields)}")

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; one without a default must be there."""
        value = self.data.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(f"{name!r} is missing or no text", f"write {name}: <text>")
        return value.strip()

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of some words."""
        value = self.text(name)
        if value not in choices:
            raise self.wrong(f"{name} is {value!r}", f"use {', '.join(choices)}")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of texts; none is an empty list."""
        value = self.data.get(name) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(f"{name!r} is no list of words", f"write {name}: [one, two]")
        return value

    def day(self, name: str, default: date | None) -> date:
        """Return a day."""
        value = self.data.get(name, default)
        if type(value) is not date:  # a time of day is no day
            raise self.wrong(f"{name!r} is missing or no day", f"write {name}: 2026-01-31")
        return value

    def hours(self, default: str) -> str:
        """Return opening hours in one line, e.g. "mon 09:00-12:00,14:00-17:00; tue 09:00-12:00"."""
        value = self.data.get("opening_hours")
        if value is None:
            return default
        mend = 'write opening_hours: {mon: ["09:00-12:00"]}'
        if not isinstance(value, dict):
            raise self.wrong("'opening_hours' is no list of days", mend)
        week = Entry(self.where, value)
        week.only(*WEEK)
        return "; ".join(f"{name} {','.join(week.texts(name))}" for name in WEEK if week.texts(name))


class File:
    """The whole file, section by section."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.data = _load(path)
        top = Entry(self.name, self.data)
        top.only(*SECTIONS)
        centre = self.data.get("centre") or {}
        if not isinstance(centre, dict):
            raise top.wrong("'centre' is no entry", "write centre: with name and address below it")
        self.centre = Entry(f"{self.name}: centre", centre)

    def entries(self, section: str) -> Iterator[tuple[str, Entry]]:
        """Yield a section's entries with their keys, each key once."""
        items = self.data.get(section) or []
        if not isinstance(items, list):
            raise SeedError(f"{self.name}: {section} is no list; begin each entry with a dash")
        seen: set[str] = set()
        for number, data in enumerate(items, 1):
            entry = Entry(f"{self.name}: {section}, entry {number}", data if isinstance(data, dict) else {})
            key = entry.text("key")
            if key in seen:
                raise entry.wrong(f"the key {key!r} is there twice", "give each entry a key of its own")
            seen.add(key)
            yield key, Entry(f"{entry.where} ({key})", entry.data)


def seed_file(store: Store, path: Path) -> dict[str, int]:
    """Read a centre's file into the store, all of it or nothing; return how many entries of each kind it has.

    Entries are known by their key and changed where they differ; what the file does not name stays as it is.

    :raises SeedError: the file is not as it should be.
    """
    file = File(path)
    with store.unit_of_work() as uow:
        return {
            "organisations": _organisations(uow.session, file),
            "places": _places(uow.session, file),
            "activities": _activities(uow.session, file),
            "offers": _offers(uow.session, file),
        }


def _load(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: cannot be read ({type(error).__name__}); name a text file in UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise SeedError(f"{path.name}: line {line}: {error.problem}; mend the YAML there") from error
    if not isinstance(data, dict):
        raise SeedError(f"{path.name}: has no sections; begin with organisations: and a list below it")
    return data


def _organisations(session: Session, file: File) -> int:
    centre = file.centre
    centre.only("name", "address", "opening_hours", "checked")
    count = 0
    for key, entry in file.entries("organisations"):
        entry.only("key", "kind", "regime", "name", "contact", "opening_hours")
        values = {
            "kind": entry.text("kind", ""),
            "name": entry.text("name"),
            "regime": entry.choice("regime", REGIMES),
            "contact": entry.text("contact", ""),
            "office_hours": entry.hours(centre.hours("")),
        }
        _put(session, Organisation, key, values)
        count += 1
    return count


def _places(session: Session, file: File) -> int:
    centre = file.centre
    count = 0
    if centre.data:
        values: dict[str, Any] = {
            "name": centre.text("name"),
            "address": centre.text("address"),
            "organisation_id": None,
        }
        _put(session, Place, CENTRE_KEY, values)
        count += 1
    for key, entry in file.entries("places"):
        entry.only("key", "name", "address", "organisation")
        if key == CENTRE_KEY:
            raise entry.wrong(f"the key {CENTRE_KEY!r} is the centre's own", "choose another key")
        values = {
            "name": entry.text("name"),
            "address": entry.text("address", centre.text("address", "")),
            "organisation_id": _organisation_id(session, entry) if "organisation" in entry.data else None,
        }
        _put(session, Place, key, values)
        count += 1
    return count


def _activities(session: Session, file: File) -> int:
    count = 0
    for key, entry in file.entries("activities"):
        entry.only("key", "name", "requires")
        _put(session, Activity, key, {"name": entry.text("name"), "requires": ",".join(entry.texts("requires"))})
        count += 1
    return count


def _offers(session: Session, file: File) -> int:
    count = 0
    for key, entry in file.entries("offers"):
        entry.only("key", "organisation", "kind", "name", "topics", "audience", "checked")
        values = {
            "organisation_id": _organisation_id(session, entry),
            "kind": entry.choice("kind", KINDS),
            "name": entry.text("name"),
            "topics": entry.texts("topics"),
            "audience": entry.text("audience", ""),
            "checked": entry.day("checked", file.centre.data.get("checked")),
        }
        _put(session, Offer, key, values)
        count += 1
    return count


def _organisation_id(session: Session, entry: Entry) -> int:
    key = entry.text("organisation")
    found = session.exec(select(Organisation).where(Organisation.key == key)).first()
    if found is None:
        raise entry.wrong(f"no organisation has the key {key!r}", "enter it under organisations or mend the key")
    return found.number


def _put(session: Session, model: type[M], key: str, values: Mapping[str, Any]) -> None:
    """Enter a row, or change the one that has this key."""
    row = session.exec(select(model).where(col(model.key) == key)).first()  # type: ignore[attr-defined]
    row = row or model(key=key, **values)
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()

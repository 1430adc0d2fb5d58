"""CLDR: what Babel knows of days, lists and names of languages, taken out once: a running bot needs little of it."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, get_day_names, match_skeleton, tokenize_pattern

from bot.core.catalogue import catalogue_folder
from bot.core.languages import CLDR, CLDR_FILE, NATIVE, SOURCE, SPOKEN
from bot.i18n.catalogues import codes
from bot.i18n.plurals import PINNED

SKELETONS = ("MMMMEEEEd", "MMMEd", "yMMMd")  # of bot/core/translation.py
PLACES = {"E": "weekday", "c": "weekday", "d": "day", "M": "month", "L": "month", "y": "year"}
MONDAY = date(2024, 1, 1)


def write_cldr(root: Path | None = None) -> None:
    """Write what the running bot reads."""
    (root or catalogue_folder()).joinpath(CLDR_FILE).write_text(cldr_text(root), "utf-8")


def cldr_text(root: Path | None = None) -> str:
    """Return the file's contents, for every language that has a catalogue or a pinned plural rule."""
    ours = sorted({SOURCE, *PINNED, *codes(root), *CLDR})
    named = sorted({*SPOKEN, *ours})
    said = {str(locale): _said(locale, named) for locale in map(_locale, ours)}
    native = {code: NATIVE.get(code) or _native(code) for code in named}
    return json.dumps({"native": native, "said": said}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _locale(code: str) -> Locale:
    return Locale.parse(CLDR.get(code, code))


def _native(code: str) -> str:
    name = _locale(code).get_display_name() or code
    return name[0].upper() + name[1:]


def _said(locale: Locale, named: list[str]) -> dict[str, Any]:
    names = {code: locale.languages.get(code) or locale.languages.get(CLDR.get(code, code)) for code in named}
    return {
        "days": {skeleton: _day(locale, skeleton) for skeleton in SKELETONS},
        "weekdays": [get_day_names("wide", "stand-alone", locale)[number] for number in range(7)],
        "weekdays_short": [get_day_names("abbreviated", "stand-alone", locale)[number] for number in range(7)],
        "and": dict(locale.list_patterns["standard"]),
        "or": dict(locale.list_patterns["or"]),
        "names": {code: name for code, name in names.items() if name},
    }


def _day(locale: Locale, skeleton: str) -> dict[str, Any]:
    """Return a pattern for Python's ``format``, with the names of weekdays and months that belong into it."""
    known = locale.datetime_skeletons
    pattern = str(known[match_skeleton(skeleton, known) or "MMMEd"].pattern)
    if "EEEE" in skeleton:  # the nearest pattern there is often has the short name only
        pattern = re.sub("E+|c+", "EEEE", pattern)
    parts, names = [], {}
    for kind, value in tokenize_pattern(pattern):
        if kind == "chars":
            parts.append(str(value).replace("{", "{{").replace("}", "}}"))
            continue
        letter, width = str(value[0]), int(value[1])
        padded = ":02" if (letter, width) == ("d", 2) else ""
        parts.append(f"{{{PLACES[letter]}{padded}}}")
        names[PLACES[letter]] = letter * width
    return {
        "pattern": "".join(parts),
        "weekdays": _named(locale, names.get("weekday"), [MONDAY.replace(day=day) for day in range(1, 8)]),
        "months": _named(locale, names.get("month"), [MONDAY.replace(month=month) for month in range(1, 13)]),
    }


def _named(locale: Locale, field: str | None, days: list[date]) -> list[str]:
    return [format_date(day, field, locale=locale) if field else "" for day in days]

"""Plurals: which form a count takes in each language, pinned and proven against CLDR."""

from collections import defaultdict
from gettext import c2py

from babel import Locale

from bot.core.languages import CLDR

COUNTS = range(201)
_ONE_OTHER = "nplurals=2; plural=(n != 1);"
_SLAVIC = "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20)"
# A language is added here before its catalogue is made; the check says so.
PINNED = {
    "de": _ONE_OTHER,
    "de@easy": _ONE_OTHER,
    "uk": f"nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : {_SLAVIC} ? 1 : 2);",
    "ru": f"nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : {_SLAVIC} ? 1 : 2);",
    "pl": f"nplurals=3; plural=(n==1 ? 0 : {_SLAVIC} ? 1 : 2);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "fa": "nplurals=2; plural=(n > 1);",
    "tr": _ONE_OTHER,
}
ORDER = ("zero", "one", "two", "few", "many", "other")


def parse(header: str) -> tuple[int, str]:
    """Take "nplurals=2; plural=(n != 1);" apart."""
    count, _, rule = header.partition(";")
    return int(count.partition("=")[2]), rule.strip().removeprefix("plural=").rstrip(";")


def counts_by_form(code: str) -> dict[int, set[int]]:
    """Return the counts from 0 to 200 that each form of a language is used for."""
    rule = c2py(parse(PINNED[code])[1])
    found = defaultdict(set)
    for n in COUNTS:
        found[rule(n)].add(n)
    return dict(found)


def disagreements(code: str) -> list[int]:
    """Return the counts for which the pinned rule and CLDR take different forms."""
    locale = Locale.parse(CLDR.get(code, code))
    tags = {locale.plural_form(n) for n in COUNTS}
    order = [tag for tag in ORDER if tag in tags]
    rule = c2py(parse(PINNED[code])[1])
    return [n for n in COUNTS if rule(n) != order.index(locale.plural_form(n))]

"""Languages: the codes we use, what CLDR calls them, and what they call themselves."""

import json
from functools import cache
from typing import Any

from bot.core.catalogue import catalogue_folder

SOURCE = "en"
# Codes that CLDR does not know or that it should be asked for under another name.
CLDR = {"en": "en_GB", "de@easy": "de", "prs": "fa"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "prs", "ckb", "ps", "qps-rtl"})
# Languages people around a German integration centre speak, as far as the centre's associations named them.
SPOKEN = [
    *("de", "en", "uk", "ru", "ar", "fa", "fa_AF", "tr", "ku", "ckb", "ps", "ti", "so", "fr", "ro", "sq", "pl"),
    *("es", "it", "pt", "el", "hr", "hu", "bg", "am", "ur", "zh", "vi"),
]
# Native names CLDR has none or poor ones for.
NATIVE = {
    "en": "English",
    "de@easy": "Einfache Sprache",
    "fa_AF": "دری",
    "ku": "Kurmancî",
    "ckb": "سۆرانی",
    "uk": "Українська",
}


CLDR_FILE = "cldr.json"  # beside the catalogues; written by bot/i18n/cldr.py


@cache
def _cldr() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((catalogue_folder() / CLDR_FILE).read_text("utf-8"))
    return found


@cache
def said_in(code: str) -> dict[str, Any]:
    """Return how a language says days and lists and names languages; English where that is not known."""
    known: dict[str, dict[str, Any]] = _cldr()["said"]
    return known.get(CLDR.get(code, code)) or known[CLDR[SOURCE]]


def native_name(code: str) -> str:
    """Return a language's own name for itself."""
    return str(_cldr()["native"].get(code, code))

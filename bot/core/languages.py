"""Languages: the codes we use, what CLDR calls them, and what they call themselves."""

from functools import cache

from babel import Locale

SOURCE = "en"
# Codes that CLDR does not know or that it should be asked for under another name.
CLDR = {"en": "en_GB", "de@easy": "de", "prs": "fa"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "prs", "ckb", "ps", "qps-rtl"})
# Languages people around a German integration centre speak, as far as the centre's associations named them.
SPOKEN = [
    *("de", "en", "uk", "ru", "ar", "fa", "fa_AF", "tr", "ku", "ckb", "ps", "ti", "so", "fr", "ro", "sq", "pl"),
    *("es", "it", "pt", "el", "hr", "hu", "bg", "am", "ur", "zh", "vi"),
]
# Native names CLDR has none or poor ones for; those of the usual languages spare a start the reading of CLDR.
NATIVE = {
    "en": "English",
    "de": "Deutsch",
    "ar": "العربية",
    "de@easy": "Einfache Sprache",
    "fa_AF": "دری",
    "ku": "Kurmancî",
    "ckb": "سۆرانی",
    "uk": "Українська",
}


@cache
def cldr_locale(code: str) -> Locale:
    """Return the CLDR data for one of our codes; English where there is none."""
    code = CLDR.get(code, code)
    try:
        return Locale.parse(code.replace("-", "_"))
    except (ValueError, LookupError):
        return Locale.parse(SOURCE)


@cache
def native_name(code: str) -> str:
    """Return a language's own name for itself."""
    if code in NATIVE:
        return NATIVE[code]
    locale = cldr_locale(code)
    name = locale.get_display_name(locale) or code
    return name[0].upper() + name[1:]

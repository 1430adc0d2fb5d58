"""Catalogue: one language's translations, read from its PO file in milliseconds and without a library."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from gettext import c2py
from pathlib import Path

Entry = dict[str, str]  # by PO keyword: msgctxt, msgid, msgid_plural, msgstr, msgstr[0] ...
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
GERMANIC = "plural=(n != 1);"


class Catalogue:
    """What is said in one language; a text that is not translated is said in English."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.header: dict[str, str] = {}
        self._one: dict[tuple[str, str], str] = {}
        self._many: dict[str, list[str]] = {}
        for entry in entries:
            self._take(entry)
        rule = self.header.get("plural-forms", GERMANIC).partition("plural=")[2]
        self._form: Callable[[int], int] = c2py(rule.rstrip("; "))

    def _take(self, entry: Entry) -> None:
        one, many = entry.get("msgid", ""), entry.get("msgid_plural")
        if many is not None:
            forms = [text for name, text in entry.items() if name.startswith("msgstr")]
            self._many[one] = [text or (many if number else one) for number, text in enumerate(forms)]
        elif not one:
            fields = (line.partition(":") for line in entry.get("msgstr", "").splitlines())
            self.header = {name.strip().lower(): value.strip() for name, _, value in fields}
        elif entry.get("msgstr"):
            self._one[entry.get("msgctxt", ""), one] = entry["msgstr"]

    def one(self, msgid: str, context: str = "") -> str:
        """Translate a text."""
        return self._one.get((context, msgid), msgid)

    def many(self, one: str, many: str, n: int) -> str:
        """Translate a text that depends on a count."""
        forms = self._many.get(one)
        if forms is None or (number := self._form(n)) >= len(forms):
            return one if n == 1 else many
        return forms[number]


def catalogue_folder() -> Path:
    """Where the catalogues are: inside an installed package, or at the top of a checkout."""
    here = Path(__file__).resolve().parents[1]
    inside = here / "locales"
    return inside if inside.is_dir() else here.parent / "locales"


@cache
def catalogue(code: str) -> Catalogue:
    """Return a language's catalogue; an empty one where there is none, as for English, which is in the code."""
    path = catalogue_folder() / code / "LC_MESSAGES" / "bot.po"
    return read_catalogue(path) if path.exists() else Catalogue()


def read_catalogue(path: Path) -> Catalogue:
    """Read a PO file; what is marked as fuzzy or obsolete is left out, as every such reader does."""
    with path.open(encoding="utf-8") as lines:
        return Catalogue(_entries(lines))


def _entries(lines: Iterable[str]) -> Iterator[Entry]:
    entry: Entry = {}
    name, fuzzy = "", False
    for line in (*lines, "#"):
        if name.startswith("msgstr") and line.startswith(("#", "msgid ", "msgctxt ")):
            if not fuzzy or not entry.get("msgid"):  # the header counts, marked or not
                yield entry
            entry, name, fuzzy = {}, "", False
        if line.startswith("#,"):
            fuzzy = fuzzy or "fuzzy" in line
        elif line.startswith("msg"):
            name, _, line = line.partition(" ")
        if line.startswith('"'):
            entry[name] = entry.get(name, "") + _unquoted(line)


def _unquoted(line: str) -> str:
    text = line.strip()[1:-1]
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[1]), text) if "\\" in text else text

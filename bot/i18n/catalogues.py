"""Catalogues: reading them, and bringing them into step with the code without touching what is translated."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import normalize, read_po

from bot.core.catalogue import catalogue_folder
from bot.core.languages import SOURCE
from bot.i18n.plurals import PINNED, parse
from bot.i18n.texts import Key, Text, texts
from bot.settings import LOCALES

WIDTH = 100
DRAFT = "draft"  # until a speaker who gives a name has read the whole catalogue


class UnknownLanguage(Exception):
    """A language without a pinned plural rule; its code is the text."""


def path_of(code: str, root: Path | None = None) -> Path:
    """Return where a language's catalogue lies."""
    return (root or catalogue_folder()) / code / "LC_MESSAGES" / "bot.po"


def codes(root: Path | None = None) -> list[str]:
    """Return the languages that have, or by default shall have, a catalogue; English is in the code."""
    there = {path.parents[1].name for path in (root or catalogue_folder()).glob("*/LC_MESSAGES/bot.po")}
    return sorted((there | set(LOCALES)) - {SOURCE})


def read(path: Path) -> Catalog:
    """Read a catalogue; raises babel's PoFileError for one that is no PO file."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def header(path: Path) -> dict[str, str]:
    """Return the header's fields as they stand in the file."""
    block = path.read_text("utf-8").split("\n\n", 1)[0]
    whole = "".join(re.findall(r'^(?:msgstr )?"(.*)"$', block, re.MULTILINE))
    fields = (line.partition(":") for line in whole.split("\\n") if ":" in line)
    return {name.strip(): value.strip() for name, _, value in fields}


def untranslated(code: str, root: Path | None = None, found: list[Text] | None = None) -> int:
    """Return how many texts of the code a catalogue lacks, wholly or in one form; English lacks none."""
    if code == SOURCE:
        return 0
    catalogue = read(path_of(code, root))
    return sum(1 for text in (found or texts()) if not all(translations(text.key, catalogue)))


def update(root: Path | None = None, found: list[Text] | None = None) -> list[Path]:
    """Write every catalogue anew: texts of the code in their order, with the translations there are.

    Nothing is guessed from similar texts, and texts that are no more are dropped; the repository remembers them.

    :raises UnknownLanguage: a language has no pinned plural rule.
    """
    found = texts() if found is None else found
    written = []
    for code in codes(root):
        if code not in PINNED:
            raise UnknownLanguage(code)
        path = path_of(code, root)
        content = "\n".join(_file(code, path, found))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        written.append(path)
    return written


def _file(code: str, path: Path, found: list[Text]) -> Iterator[str]:
    old, review = (read(path), header(path).get("X-Review", DRAFT)) if path.exists() else (Catalog(), DRAFT)
    yield from _header(code, review)
    for text in found:
        yield from _entry(text, old, parse(PINNED[code])[0])


def _header(code: str, review: str) -> Iterator[str]:
    fields = {
        "Project-Id-Version": "Lotse",
        "Language": code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PINNED[code],
        "X-Review": review,
    }
    yield 'msgid ""'
    yield 'msgstr ""'
    for name, value in fields.items():
        yield f'"{name}: {value}\\n"'
    yield ""


def _entry(text: Text, old: Catalog, forms: int) -> Iterator[str]:
    key = text.key
    message = old.get(key.one, key.context)
    yield from _comments("#", message.user_comments if message else ())
    yield from _comments("#.", text.notes)
    yield from (f"#: {file}" for file in sorted(text.files))
    if "{" in key.one + (key.many or ""):
        yield "#, python-brace-format"
    if key.context:
        yield f"msgctxt {normalize(key.context, width=WIDTH)}"
    yield f"msgid {normalize(key.one, width=WIDTH)}"
    strings = translations(key, old)
    if key.many is None:
        yield f"msgstr {normalize(strings[0], width=WIDTH)}"
    else:
        yield f"msgid_plural {normalize(key.many, width=WIDTH)}"
        for number, string in enumerate((*strings, *[""] * forms)[:forms]):
            yield f"msgstr[{number}] {normalize(string, width=WIDTH)}"
    yield ""


def translations(key: Key, catalogue: Catalog) -> tuple[str, ...]:
    """Return a text's translations, one for each form; empty where there is none."""
    message = catalogue.get(key.one, key.context)
    expected = key.one if key.many is None else (key.one, key.many)
    if message is None or (tuple(message.id) if isinstance(message.id, list) else message.id) != expected:
        return ("",)
    return _forms(message)


def _comments(sign: str, comments: Iterable[str]) -> Iterator[str]:
    for comment in comments:
        yield from (f"{sign} {line}" for line in textwrap.wrap(comment, WIDTH))


def _forms(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)

"""Check: holds the English in the code and every catalogue to the rules and to each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError

from bot.core.languages import SOURCE
from bot.i18n.catalogues import codes, header, path_of, read, translations
from bot.i18n.plurals import COUNTS, PINNED, counts_by_form, disagreements
from bot.i18n.rules import COMMAND, Translation, faults
from bot.i18n.texts import Key, Text, command_lines, texts

UPDATE = "run: make messages"
ENGLISH = {0: {1}, 1: set(COUNTS) - {1}}
NAME, DESCRIPTION, SHORT = 64, 512, 120  # Bot API, setMyName, setMyDescription, setMyShortDescription


@dataclass(frozen=True)
class Offence:
    """What is wrong where, and the mend."""

    file: str
    text: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}: {self.text} {self.what}; {self.mend}"


@dataclass(frozen=True)
class Wanted:
    """All texts of the code, and the limits of those Telegram shows in a narrow place."""

    texts: list[Text]
    limits: dict[str, int]


def wanted() -> Wanted:
    """Read the code."""
    from bot.chat import profile

    limits = dict.fromkeys(command_lines(), COMMAND)
    return Wanted(texts(), limits | {profile.NAME: NAME, profile.ABOUT: DESCRIPTION, profile.SHORT: SHORT})


def check(root: Path | None = None, found: Wanted | None = None) -> list[Offence]:
    """Return everything that is wrong; nothing if all is well."""
    found = found or wanted()
    offences = list(_english(found))
    for code in codes(root):
        offences.extend(_catalogue(code, path_of(code, root), found))
    return offences


def _english(found: Wanted) -> Iterator[Offence]:
    several = {text.key.one for text in found.texts if text.key.many}
    for text in found.texts:
        key, file = text.key, min(text.files)
        forms = (key.one,) if key.many is None else (key.one, key.many)
        yield from _held(file, Translation(SOURCE, key, forms, ENGLISH, _limit(key, found)))
        if key.many is None and key.context is None and key.one in several:
            yield Offence(file, str(key), "is there with a count as well", "word one of them differently")


def _limit(key: Key, found: Wanted) -> int:
    return 0 if key.context else found.limits.get(key.one, 0)


def _held(file: str, translation: Translation) -> Iterator[Offence]:
    for what, mend in faults(translation):
        yield Offence(file, str(translation.key), what, mend)


def _catalogue(code: str, path: Path, found: Wanted) -> Iterator[Offence]:
    file = "/".join(path.parts[-4:])
    if code not in PINNED:
        yield Offence(file, code, "has no plural rule", "pin one in bot/i18n/plurals.py")
        return
    if not path.exists():
        yield Offence(file, code, "has no catalogue", UPDATE)
        return
    try:
        catalogue = read(path)
    except (PoFileError, UnicodeDecodeError, ValueError):
        yield Offence(file, code, "cannot be read", "mend the quotes and the numbers of the forms")
        return
    yield from _header(code, file, path)
    yield from _in_step(file, catalogue, found)
    counts = counts_by_form(code)
    for text in found.texts:
        if catalogue.get(text.key.one, text.key.context):
            forms = translations(text.key, catalogue)
            yield from _held(file, Translation(code, text.key, forms, counts, _limit(text.key, found)))


def _header(code: str, file: str, path: Path) -> Iterator[Offence]:
    fields = header(path)
    if fields.get("Plural-Forms") != PINNED[code]:
        yield Offence(file, "Plural-Forms", "differ from the pinned ones", UPDATE)
    if wrong := disagreements(code):
        yield Offence(file, "Plural-Forms", f"are wrong for {wrong[0]}", "mend bot/i18n/plurals.py")
    if not fields.get("X-Review"):
        yield Offence(file, "X-Review", "is missing", UPDATE)


def _in_step(file: str, catalogue: Catalog, found: Wanted) -> Iterator[Offence]:
    used = {(text.key.one, text.key.context): text.key for text in found.texts}
    there = {_identity(message.id, message.context): message for message in catalogue if message.id}
    for identity, key in used.items():
        if identity not in there:
            yield Offence(file, str(key), "is missing", UPDATE)
    for identity, message in there.items():
        if identity not in used:
            yield Offence(file, f'"{identity[0]}"', "is used no more", UPDATE)
        elif message.fuzzy:
            yield Offence(file, f'"{identity[0]}"', "is fuzzy", "read it, mend it, and take the mark away")
    for message in catalogue.obsolete.values():
        yield Offence(file, f'"{_identity(message.id, None)[0]}"', "is obsolete", UPDATE)


def _identity(found: str | list[str] | tuple[str, ...], context: str | None) -> tuple[str, str | None]:
    return (found if isinstance(found, str) else found[0]), context

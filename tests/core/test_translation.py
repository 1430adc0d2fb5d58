"""Translations and dates: what we read ourselves is what Babel reads."""

import gettext
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.dates import format_date, get_day_names
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.core.catalogue import Catalogue, catalogue, catalogue_folder, read_catalogue
from bot.core.languages import CLDR, CLDR_FILE, SPOKEN, native_name
from bot.core.translation import Translator
from bot.i18n import codes
from bot.i18n.catalogues import path_of
from bot.i18n.cldr import cldr_text
from bot.i18n.plurals import PINNED

BERLIN = ZoneInfo("Europe/Berlin")
LANGUAGES = ["en", *PINNED, "prs"]
STRANGE = """\
# of a translator's own editor
#, fuzzy
msgid ""
msgstr ""
"Language: uk\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? "
"1 : 2);\\n"

#: somewhere.py
msgid "Yes"
msgstr "Так"
#, fuzzy
#: somewhere.py
msgid "Half known"
msgstr "Не те"

msgctxt "button"
msgid "Yes"
msgstr ""
"Та"
"к!"

msgid "Not yet"
msgstr ""

msgid "{n} day"
msgid_plural "{n} days"
msgstr[0] "{n} день"
msgstr[1] ""
msgstr[2] "{n} днів"

msgid "A \\"quoted\\" line\\nand a \\\\"
msgstr "Рядок «у лапках»\\nі \\\\"

#~ msgid "Old"
#~ msgstr "Старе"
"""


def as_babel_reads(path: Path) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def agree(ours: Catalogue, theirs: gettext.GNUTranslations, path: Path) -> int:
    """Compare every text of a file and return how many there were."""
    texts = 0
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    for message in messages:
        texts += 1
        if isinstance(message.id, str):
            context = message.context or ""
            asked = theirs.pgettext(context, message.id) if context else theirs.gettext(message.id)
            assert ours.one(message.id, context) == asked
        else:
            one, many = message.id
            assert [ours.many(one, many, n) for n in range(201)] == [theirs.ngettext(one, many, n) for n in range(201)]
    return texts


@pytest.mark.parametrize("code", codes())
def test_a_catalogue_says_what_gettext_says(code: str) -> None:
    assert agree(catalogue(code), as_babel_reads(path_of(code)), path_of(code)) > 300


def test_a_strange_catalogue_is_read_as_gettext_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "bot.po"
    path.write_text(STRANGE, "utf-8")
    ours = read_catalogue(path)
    assert agree(ours, as_babel_reads(path), path) == 6
    assert (ours.one("Yes"), ours.one("Yes", "button"), ours.one("Half known")) == ("Так", "Так!", "Half known")
    assert ours.one("Old") == "Old" and ours.header["language"] == "uk"


def test_what_is_taken_from_cldr_is_up_to_date() -> None:
    there = (catalogue_folder() / CLDR_FILE).read_text("utf-8")
    assert there == cldr_text(), "make messages"


@pytest.mark.parametrize("code", LANGUAGES)
def test_days_are_said_as_babel_says_them(code: str) -> None:
    t, locale = Translator(code, BERLIN), Locale.parse(CLDR.get(code, code))
    known = locale.datetime_skeletons
    for number in range(0, 400, 3):
        day = date(2026, 1, 1) + timedelta(days=number)
        assert t.isolated(format_date(day, known["yMMMd"].pattern, locale)) == t.dated(day)
        assert format_date(day, known["MMMEd"].pattern, locale) == t.short_day(day)
        assert format_date(day, "EEEE", locale) in t.day(day)
        assert str(day.day) in t.day(day)
    for number in range(7):
        names = (t.weekday(number), t.weekday(number, short=True))
        assert names == tuple(get_day_names(width, "stand-alone", locale)[number] for width in ("wide", "abbreviated"))


def test_a_day_is_the_towns_and_not_that_of_utc() -> None:
    assert Translator("en", BERLIN).day(datetime(2026, 2, 3, 23, 30, tzinfo=UTC)) == "Wednesday 4 February"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("count", range(6))
def test_lists_are_joined_as_babel_joins_them(code: str, count: int) -> None:
    t, locale = Translator(code, BERLIN), Locale.parse(CLDR.get(code, code))
    items = ["one", "{two}", "three", "four", "five"][:count]
    safe = [t.isolated(item) for item in items]
    assert t.list(items) == (format_list(safe, "standard", locale) if safe else "")
    assert t.list(items, either=True) == (format_list(safe, "or", locale) if safe else "")


@pytest.mark.parametrize("code", LANGUAGES)
def test_languages_have_a_name_in_every_language_and_one_of_their_own(code: str) -> None:
    t = Translator(code, BERLIN)
    for spoken in SPOKEN:
        assert t.language(spoken) not in ("", spoken)
        assert native_name(spoken) not in ("", spoken)


def test_an_unknown_language_is_spoken_to_in_english() -> None:
    t = Translator("xx", BERLIN)
    assert (t.weekday(0), t("Yes"), t.language("xx")) == ("Monday", "Yes", "xx")

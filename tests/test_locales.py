"""The catalogues: complete, in step with the code, and sound; and every rule turns red on a broken one."""

import gettext
import io
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.mofile import write_mo

from bot.core.languages import CLDR
from bot.i18n import check, codes, update
from bot.i18n.catalogues import path_of, read
from bot.i18n.check import Wanted, wanted
from bot.i18n.plurals import COUNTS, ORDER, PINNED
from bot.i18n.texts import Key, Text, command_lines, texts
from tests.support.catalogues import (
    ABOUT,
    CONTACT,
    HELLO,
    ONE_LEFT,
    PLACES,
    WANTED,
    YES,
    complaints,
    write,
    write_good,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of good catalogues for a handful of texts."""
    write_good(tmp_path)
    return tmp_path


# -- Lotse's own --


def test_every_text_of_lotse_is_sound_in_every_language() -> None:
    assert [str(offence) for offence in check()] == []


def test_every_catalogue_is_as_the_update_writes_it(tmp_path: Path) -> None:
    for code in codes():
        copy = path_of(code, tmp_path)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(path_of(code).read_bytes())
    update(tmp_path)
    for code in codes():
        assert path_of(code, tmp_path).read_text("utf-8") == path_of(code).read_text("utf-8"), "make messages"


@pytest.mark.parametrize("code", codes())
def test_the_program_takes_the_form_that_cldr_names(code: str) -> None:
    """Asked through gettext itself, for 0 to 200, with forms that are their own numbers."""
    forms = len({Locale.parse(CLDR.get(code, code)).plural_form(n) for n in COUNTS})
    catalogue = read(path_of(code))
    catalogue.add(("one", "many"), tuple(str(number) for number in range(forms)))
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    spoken = gettext.GNUTranslations(compiled)
    locale = Locale.parse(CLDR.get(code, code))
    order = [tag for tag in ORDER if tag in {locale.plural_form(n) for n in COUNTS}]
    for n in COUNTS:
        assert spoken.ngettext("one", "many", n) == str(order.index(locale.plural_form(n))), n


def test_texts_and_commands_of_lotse_are_found() -> None:
    keys = {text.key for text in texts()}
    assert Key(None, "{n} minute", "{n} minutes") in keys
    assert Key("button", "✖ Cancel") in keys
    assert len(keys) > 200
    assert {"What this bot can do"} <= command_lines() <= {key.one for key in keys}
    assert len(wanted().limits) >= 3 + len(command_lines())


# -- the rules --


def test_good_catalogues_are_not_complained_about(root: Path) -> None:
    assert complaints(root) == []


BROKEN = {
    "is not translated": ("de", HELLO, ("",)),
    "is not translated ": ("uk", PLACES, ("{n} місце вільне: {where}.", "", "{n} місць вільно: {where}.")),
    "has other placeholders": ("de", HELLO, ("Hallo <b>{Name}</b>!",)),
    "has other placeholders ": ("de", HELLO, ("Hallo <b>Du</b>!",)),
    "has other placeholders  ": ("de", CONTACT, ("Wir reden {n}-mal.",)),
    "has other placeholders in form 0": ("uk", ONE_LEFT, ("Чекає одне.", "Чекають {n}.", "Чекає {n}.")),
    "has other placeholders in form 1": ("de", ONE_LEFT, ("Eine wartet.", "Viele warten.")),
    "has broken braces": ("de", HELLO, ("Hallo <b>{name</b>!",)),
    "has broken braces ": ("de", HELLO, ("Hallo <b>{name!r}</b>!",)),
    "has tags that do not pair": ("de", HELLO, ("Hallo <b>{name}<b>!",)),
    "has tags that do not pair ": ("de", HELLO, ("Hallo </b>{name}<b>!",)),
    "holds a tag that is not allowed": ("de", HELLO, ("Hallo <u>{name}</u>!",)),
    "holds a tag that is not allowed ": ("de", YES, ("<b>Ja</b>",)),
    "holds a tag that is not allowed  ": ("de", CONTACT, ("Wir < Telegram",)),
    "has other tags than the English": ("de", HELLO, ("Hallo <i>{name}</i>!",)),
    "has 31 characters": ("de", YES, ("x" * 31,)),
    "has 257 characters": ("de", ABOUT, ("x" * 257,)),
    "is no plain line": ("de", ABOUT, ("Was dieser\\nBot kann",)),
    "holds the invisible character U+202E": ("de", CONTACT, ("Wir reden \u202eüber Telegram.",)),
    "holds the invisible character U+200F": ("ar", YES, ("✅ سآتي\u200f",)),
    "holds the invisible character U+2068": ("ar", YES, ("✅ \u2068سآتي",)),
    "has letters of a foreign script in “Hаllo”": ("de", HELLO, ("Hаllo <b>{name}</b>!",)),
    "has letters of a foreign script in “місцe”": ("uk", ABOUT, ("Яке місцe",)),
    "has letters of a foreign script in “i”": ("uk", ABOUT, ("Ви i бот",)),
    "has letters of a foreign script in “бывает”": ("uk", ABOUT, ("Що бывает",)),
    "has letters of a foreign script in “бот”": ("ar", ABOUT, ("ماذا бот",)),
}


@pytest.mark.parametrize("complaint", BROKEN)
def test_a_broken_translation_is_named_with_file_text_and_mend(complaint: str, root: Path) -> None:
    code, key, forms = BROKEN[complaint]
    write(root, code, key, forms)
    lines = complaints(root)
    assert len(lines) == 1
    assert lines[0].startswith(f'{root.name}/{code}/LC_MESSAGES/bot.po: "{key.one}"')
    assert complaint.strip() in lines[0]
    assert "; " in lines[0].partition(complaint.strip())[2]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("#: bot/x.py\nmsgctxt", "#: bot/x.py\n#, fuzzy\nmsgctxt", "is fuzzy"),
        ('msgid "What this bot can do"', 'msgid "What it can do"', "is missing"),
        ('msgid "What this bot can do"', 'msgid "What it can do"', "is used no more"),
        ("(n != 1)", "(n > 1)", "differ from the pinned ones"),
        ('"X-Review: draft\\n"\n', "", "X-Review is missing"),
        ('msgstr[1] "{n} Nach', 'msgstr[2] "{n} Nach', "cannot be read"),
        ('#: bot/x.py\nmsgid "What', '#~ msgid "Old"\n#~ msgstr "Alt"\n\nmsgid "What', "is obsolete"),
    ],
)
def test_a_broken_file_is_complained_about(old: str, new: str, complaint: str, root: Path) -> None:
    path = path_of("de", root)
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new), "utf-8")
    assert any(complaint in line for line in complaints(root))


def test_a_missing_catalogue_is_complained_about(root: Path) -> None:
    path_of("ar", root).unlink()
    assert any("ar has no catalogue" in line for line in complaints(root))


def test_a_wrong_pinned_rule_is_complained_about(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PINNED, "uk", PINNED["uk"].replace("n%100!=11", "n%100!=12"))
    assert any("Plural-Forms are wrong for 11" in line for line in complaints(root))


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        (Key("button", "A caption that is far too long for any phone"), "has 44 characters"),
        (Key(None, "Hello {0}"), "has broken braces"),
        (Key(None, "<b>Hello"), "has tags that do not pair"),
        (Key(None, "Hello\u2066"), "holds the invisible character U+2066"),
        (Key(None, "Неllo"), "has letters of a foreign script"),
        (Key(None, ONE_LEFT.one), "is there with a count as well"),
    ],
)
def test_the_english_in_the_code_is_held_to_the_rules_too(key: Key, complaint: str, root: Path) -> None:
    found = Wanted([*WANTED.texts, Text(key, {"bot/y.py"})], WANTED.limits)
    lines = [line for line in complaints(root, found) if line.startswith("bot/y.py: ")]
    assert len(lines) == 1
    assert complaint in lines[0]

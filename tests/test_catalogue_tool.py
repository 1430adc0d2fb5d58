"""The catalogue tool: finds every text and brings catalogues into step without losing or guessing anything."""

from pathlib import Path

import pytest

from bot.i18n import untranslated, update
from bot.i18n.catalogues import UnknownLanguage, header, path_of, read
from bot.i18n.texts import Key, Text, command_lines, texts
from tests.support.catalogues import GOOD, PLACES, WANTED, complaints, write, write_good


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of good catalogues for a handful of texts."""
    write_good(tmp_path)
    return tmp_path


CODE = """
from bot.core.translation import B_, N_
LATER, CAPTION = N_("Later"), B_("Tap me")
def show(t, c, self):
    # NOTE: said to newcomers
    t("Hello {name}", name="x")
    c.t.n("{n} day", "{n} days", 3)
    c.t.p("of a door", "Open")
    self.t.button("Go")
    t("Two "
      "parts")
    t(LATER)
    t.button(f"no {LATER}")
    other("not this")
COMMANDS = (Command("help", show, anyone, N_("About help")), Command("x", show, may=y, about=N_("About x")))
"""


def test_every_way_of_saying_something_is_found(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "a.py").write_text(CODE, "utf-8")
    (tmp_path / "bot" / "b.py").write_text('t("Later")', "utf-8")
    found = texts(tmp_path / "bot")
    assert [(text.key.context, text.key.one, text.key.many) for text in found] == [
        (None, "Later", None),
        ("button", "Tap me", None),
        (None, "Hello {name}", None),
        (None, "{n} day", "{n} days"),
        ("of a door", "Open", None),
        ("button", "Go", None),
        (None, "Two parts", None),
        (None, "About help", None),
        (None, "About x", None),
    ]
    assert found[0].files == {"bot/a.py", "bot/b.py"}
    assert found[2].notes == ["said to newcomers"]
    assert command_lines(tmp_path / "bot") == {"About help", "About x"}


def test_an_update_keeps_what_is_translated_and_changes_nothing_twice(root: Path) -> None:
    before = {code: path_of(code, root).read_text("utf-8") for code in GOOD}
    update(root, WANTED.texts)
    assert {code: path_of(code, root).read_text("utf-8") for code in GOOD} == before


def test_an_update_drops_old_texts_and_guesses_no_new_ones(root: Path) -> None:
    similar = Key(None, "Hello <b>{name}</b>!!")
    update(root, [Text(similar, {"bot/x.py"})])
    catalogue = read(path_of("de", root))
    assert [message.id for message in catalogue if message.id] == [similar.one]
    message = catalogue.get(similar.one)
    assert message
    assert message.string == ""
    assert not message.fuzzy
    assert not catalogue.obsolete


def test_what_is_not_translated_is_counted(root: Path) -> None:
    assert [untranslated(code, root, WANTED.texts) for code in ("en", "de", "uk")] == [0, 0, 0]
    write(root, "uk", PLACES, ("{n} місце: {where}.", "", "{n} місць: {where}."))
    new = Text(Key(None, "New"), {"bot/x.py"})
    assert [untranslated(code, root, [*WANTED.texts, new]) for code in ("en", "de", "uk")] == [0, 1, 2]


def test_an_update_keeps_the_mark_of_a_review(root: Path) -> None:
    path = path_of("uk", root)
    path.write_text(path.read_text("utf-8").replace("X-Review: draft", "X-Review: reviewed by two"), "utf-8")
    update(root, WANTED.texts)
    assert header(path)["X-Review"] == "reviewed by two"
    assert header(path_of("de", root))["X-Review"] == "draft"


def test_a_language_without_a_plural_rule_is_not_begun(root: Path) -> None:
    path_of("tlh", root).parent.mkdir(parents=True)
    path_of("tlh", root).touch()
    with pytest.raises(UnknownLanguage, match="tlh"):
        update(root, WANTED.texts)
    assert any("has no plural rule" in line for line in complaints(root))

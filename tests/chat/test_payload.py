"""A screen becomes a call that Telegram takes, however long its text is and whatever a name holds."""

from zoneinfo import ZoneInfo

import pytest

from bot.chat.buttons import ButtonSigner
from bot.chat.payload import screen_params
from bot.core.keyring import Keyring
from bot.core.message import BUTTONS_LIMIT, TEXT_LIMIT, Button, Html, Screen
from bot.core.translation import Translator

SIGNER = ButtonSigner(Keyring("a secret"), frozenset({"home"}))
HOSTILE = ["<b>Anna</b>", "Anna & <a href='tg://user?id=1'>Bert</a>", "<", "&lt;", "</code>"]


def test_a_text_that_is_too_long_is_cut_where_no_tag_is_open() -> None:
    line = "<b>somebody</b> with a name"
    text = screen_params(Screen(Html("\n".join([line] * 300))), 7, SIGNER)["text"]
    assert len(text) <= TEXT_LIMIT
    assert set(text.split("\n")) == {line, "…"}


def test_more_buttons_than_telegram_allows_are_a_mistake_found_when_made() -> None:
    row = (Button("Home", "home"),)
    with pytest.raises(ValueError, match="more buttons"):
        screen_params(Screen(Html("x"), (row,) * (BUTTONS_LIMIT + 1)), 7, SIGNER)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_never_becomes_markup(name: str) -> None:
    t = Translator("en", ZoneInfo("Europe/Berlin"))
    for said in (t("{day}, {times}", day=name, times="17:00"), t.list([name, name])):
        assert "<" not in said
        assert said.count("&") == said.count("&lt;") + said.count("&gt;") + said.count("&amp;")

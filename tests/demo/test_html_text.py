"""Telegram's HTML is read strictly, and what a page gets is always harmless."""

import pytest

from bot.demo.double.entities import add_marks, mark
from bot.demo.html_text import parse_html, to_html, utf16_length
from bot.demo.values import BadRequest

BROKEN = [
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("ä<div>x</div>", 'Unsupported start tag "div" at byte offset 2'),
    ("a < b and c > d", 'Unsupported start tag "" at byte offset 2'),
    ("1 < 2", "Unclosed start tag at byte offset 2"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
]


@pytest.mark.parametrize(("source", "reason"), BROKEN, ids=[source for source, _ in BROKEN])
def test_broken_markup_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_offsets_count_utf16_units() -> None:
    text, entities = parse_html("😀<b>ж<i>é</i></b>")
    assert text == "😀жé"
    assert entities == [
        {"type": "bold", "offset": 2, "length": 2},
        {"type": "italic", "offset": 3, "length": 1},
    ]
    assert utf16_length("😀ж") == 3


def test_white_space_at_the_ends_goes_and_the_marks_move_along() -> None:
    text, entities = parse_html("\n  <b> x </b>  ")
    assert (text, entities) == ("x", [{"type": "bold", "offset": 0, "length": 1}])


@pytest.mark.parametrize(
    "source",
    [
        "<b>a</b><i>b</i>",
        "<b>a <i>b</i></b> c",
        '<a href="https://example.org/?a=1&amp;b=2">x</a>',
        "<blockquote>q</blockquote>",
        "<code>&lt;script&gt;</code>",
        "<u>u</u> <s>s</s> <pre>p</pre>",
    ],
)
def test_known_markup_comes_back_the_same(source: str) -> None:
    assert to_html(*parse_html(source)) == source


def test_a_harmful_link_loses_its_address() -> None:
    assert to_html(*parse_html('<a href="javascript:alert(1)">x</a>')) == "x"


def test_nothing_from_a_text_becomes_markup_on_the_page() -> None:
    text, entities = parse_html("&lt;img src=x onerror=alert(1)&gt; &quot;&#39;&amp;amp;")
    assert text == "<img src=x onerror=alert(1)> \"'&amp;"
    assert "<" not in to_html(text, entities)


def test_spoilers_and_long_quotes_are_known() -> None:
    _, entities = parse_html("<blockquote expandable>long</blockquote><tg-spoiler>s</tg-spoiler>")
    assert [entity["type"] for entity in entities] == ["expandable_blockquote", "spoiler"]


def test_addresses_and_commands_can_be_followed_on_the_page() -> None:
    text, entities = mark("😀 see https://example.org/a or /help")
    assert to_html(text, entities) == (
        '😀 see <a href="https://example.org/a">https://example.org/a</a> or <a href="#/help">/help</a>'
    )


def test_found_marks_never_cross_the_bots_own() -> None:
    text, own = parse_html("<b>/help</b> <code>/stop</code> /pri<i>vacy now</i>")
    assert to_html(text, add_marks(text, own)) == (
        '<b><a href="#/help">/help</a></b> <code>/stop</code> /pri<i>vacy now</i>'
    )

"""The table of methods agrees with the published Bot API."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.demo.double.markup import BUTTON_FIELDS
from bot.demo.methods import METHODS

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "bot-api-10.1.json"
TABLE = Path(os.environ.get("LOTSE_BOT_API_TABLE", _BESIDE))


@pytest.fixture(scope="module")
def published() -> Any:
    if not TABLE.is_file():
        pytest.skip("the published table is not here; name it in LOTSE_BOT_API_TABLE")
    return json.loads(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_the_published_parameters(method: str, published: Any) -> None:
    fields = published["methods"][method]["fields"]
    expected = {one["name"]: (tuple(one["types"]), one["required"]) for one in fields}
    assert {name: (one.types, one.required) for name, one in METHODS[method].items()} == expected


def test_an_inline_button_has_the_published_fields(published: Any) -> None:
    fields = published["types"]["InlineKeyboardButton"]["fields"]
    assert {one["name"] for one in fields} == BUTTON_FIELDS

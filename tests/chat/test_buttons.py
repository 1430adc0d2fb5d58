"""What a button's data can and cannot do."""

import pytest

from bot.chat.buttons import DATA_LIMIT, ButtonSigner
from bot.core.keyring import Keyring
from bot.core.message import Button

SIGNER = ButtonSigner(Keyring("a secret"), frozenset({"shift.sign_up", "home"}))
BUTTON = Button("I'm in", "shift.sign_up", entity=2**40, revision=2**31, arg=-5)


def test_a_press_comes_back_as_it_was_signed() -> None:
    press = SIGNER.read(SIGNER.data(BUTTON, 7), 7)
    assert press is not None
    assert (press.action, press.entity, press.revision, press.arg) == ("shift.sign_up", 2**40, 2**31, -5)


def test_the_data_fits_what_telegram_allows() -> None:
    assert len(SIGNER.data(BUTTON, 2**52)) <= DATA_LIMIT


def test_a_button_of_somebody_else_is_not_read() -> None:
    assert SIGNER.read(SIGNER.data(BUTTON, 7), 8) is None


def test_no_changed_bit_is_read() -> None:
    data = SIGNER.data(BUTTON, 7)
    for place in range(len(data)):
        for letter in "Aq9_":
            if letter != data[place]:
                changed = data[:place] + letter + data[place + 1 :]
                # The last letter holds two bits that mean nothing.
                assert SIGNER.read(changed, 7) is None or place == len(data) - 1


@pytest.mark.parametrize("data", ["", "x", "🙂" * 8, "A" * 64, "=" * 10, "\x00", "Zm9v"])
def test_rubbish_is_not_read(data: str) -> None:
    assert SIGNER.read(data, 7) is None


def test_another_secret_ends_every_button() -> None:
    later = ButtonSigner(Keyring("another secret"), frozenset({"shift.sign_up", "home"}))
    assert later.read(SIGNER.data(BUTTON, 7), 7) is None


def test_an_action_that_is_no_more_is_not_read() -> None:
    later = ButtonSigner(Keyring("a secret"), frozenset({"home"}))
    assert later.read(SIGNER.data(BUTTON, 7), 7) is None


def test_a_button_nobody_would_understand_is_a_mistake_found_when_made() -> None:
    with pytest.raises(ValueError, match="no feature knows"):
        SIGNER.data(Button("?", "unknown"), 7)

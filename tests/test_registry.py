"""Every button leads somewhere, and everything told has words."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.app import FEATURES
from bot.chat.buttons import ButtonSigner
from bot.chat.feature import Registry
from bot.core.keyring import Keyring

FEATURE_FOLDER = Path(__file__).parents[1] / "bot"


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Find all calls of a function by its name, with where they stand."""
    for path in FEATURE_FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield f"{path.name}:{node.lineno}", node


def argument(node: ast.Call, place: int, name: str) -> str | None:
    """Return a literal argument by place or name."""
    found = node.args[place] if len(node.args) > place else None
    found = found or next((keyword.value for keyword in node.keywords if keyword.arg == name), None)
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None


def test_every_button_has_an_action_behind_it() -> None:
    known = Registry(FEATURES).actions
    missing = [
        f"{where}: {action}"
        for where, node in calls("Button")
        if (action := argument(node, 1, "action")) and action not in known
    ]
    assert not missing


def test_every_menu_entry_has_an_action_behind_it() -> None:
    registry = Registry(FEATURES)
    assert [entry.action for entry in registry.menu if entry.action not in registry.actions] == []


def test_every_message_told_to_somebody_has_a_renderer() -> None:
    known = Registry(FEATURES).renderers
    missing = [
        f"{where}: {kind}"
        for where, node in calls("Message")
        if (kind := argument(node, 0, "kind")) and kind not in known
    ]
    assert not missing


def test_every_appointment_has_a_job() -> None:
    known = {*Registry(FEATURES).jobs, "cards.refresh"}
    missing = [
        f"{where}: {kind}"
        for where, node in calls("Appointment")
        if (kind := argument(node, 0, "kind")) and kind not in known
    ]
    assert not missing


def test_no_two_actions_share_a_number() -> None:
    ButtonSigner(Keyring("x"), frozenset(Registry(FEATURES).actions))

"""Texts: every sentence and caption the code may show, as it stands in the source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_python

CODE = Path(__file__).resolve().parents[1]
BUTTON = "button"  # the context of captions
NOTE = "NOTE:"  # begins a comment for translators
# What is called in the code: ``t("…")``, ``t.n("…", "…", n)``, ``t.p("context", "…")``, ``t.button("…")``; ``N_`` and
# ``B_`` mark a sentence and a caption that are translated later; the translator itself says ``self("…")``.
SENTENCES, CAPTIONS = ("t", "self", "N_"), (BUTTON, "B_")
KEYWORDS = dict.fromkeys((*SENTENCES, *CAPTIONS, "n", "p"))


@dataclass(frozen=True)
class Key:
    """What a translation is found by."""

    context: str | None
    one: str
    many: str | None = None

    @property
    def is_caption(self) -> bool:
        """Whether it stands on a button."""
        return self.context == BUTTON

    def __str__(self) -> str:
        return f'"{self.one}"' + (f" ({self.context})" if self.context else "")


@dataclass
class Text:
    """A text with the files that use it and the notes for translators."""

    key: Key
    files: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def texts(code: Path = CODE) -> list[Text]:
    """Return all texts, in the order of files and lines."""
    found: dict[Key, Text] = {}
    for path in sorted(code.rglob("*.py")):
        for key, notes in _texts_in(path):
            text = found.setdefault(key, Text(key))
            text.files.add(path.relative_to(code.parent).as_posix())
            text.notes.extend(note for note in notes if note not in text.notes)
    return list(found.values())


def _texts_in(path: Path) -> Iterator[tuple[Key, list[str]]]:
    with path.open("rb") as file:
        calls: Any = extract_python(file, KEYWORDS, (NOTE,), {})
        for _line, function, given, comments in calls:
            key = _key(function, given if isinstance(given, tuple) else (given,))
            if key:
                note = " ".join(comments).removeprefix(NOTE).strip()
                yield key, [note] if note else []


def _key(function: str, parts: tuple[str | None, ...]) -> Key | None:
    first, second = (*parts, None, None)[:2]
    if not first:
        return None
    if function in SENTENCES:
        return Key(None, first)
    if function in CAPTIONS:
        return Key(BUTTON, first)
    if not second:
        return None
    return Key(None, first, second) if function == "n" else Key(first, second)


def command_lines(code: Path = CODE) -> set[str]:
    """Return the texts that describe a command in Telegram's menu: ``about`` of every ``Command``."""
    found: set[str] = set()
    for path in sorted(code.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Command":
                found.update(_abouts(node))
    return found


def _abouts(command: ast.Call) -> Iterator[str]:
    # Name, handler, permission, about: see bot/chat/feature.py.
    given = [keyword.value for keyword in command.keywords if keyword.arg == "about"] + command.args[3:4]
    for value in given:
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
                yield node.value

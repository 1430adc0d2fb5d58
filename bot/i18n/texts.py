"""Texts: every sentence and caption the code may show, as it stands in the source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CODE = Path(__file__).resolve().parents[1]
BUTTON = "button"  # the context of captions
NOTE = "NOTE:"  # begins a comment for translators
# What is called in the code: ``t("…")``, ``t.n("…", "…", n)``, ``t.p("context", "…")``, ``t.button("…")``; ``N_`` and
# ``B_`` mark a sentence and a caption that are translated later; the translator itself says ``self("…")``.
SENTENCES, CAPTIONS = ("t", "self", "N_"), (BUTTON, "B_")


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
    source = path.read_text("utf-8")
    lines = source.splitlines()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        key = _key(_name(call.func), tuple(_literal(value) for value in call.args))
        if key:
            yield key, _note(lines, call.lineno)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literal(value: ast.expr) -> str | None:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _note(lines: list[str], number: int) -> list[str]:
    """Return the comment for translators right above a line, if there is one."""
    above: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.strip().startswith("#"):
            break
        above.insert(0, line.strip().lstrip("# "))
    return [" ".join(above).removeprefix(NOTE).strip()] if above and above[0].startswith(NOTE) else []


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
    return {"n": Key(None, first, second), "p": Key(first, second)}.get(function)


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

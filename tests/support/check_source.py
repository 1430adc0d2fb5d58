"""Reads the project's own Python as syntax trees, for the tests that guard its shape."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One module: its path from the checkout's root, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.path)

    @property
    def name(self) -> str:
        """The file's name without its ending, such as ``services``."""
        return Path(self.path).stem

    @property
    def feature(self) -> str | None:
        """The feature whose folder holds the module, or None."""
        parts = self.path.split("/")
        return parts[2] if parts[:2] == ["bot", "features"] and len(parts) > 3 else None

    @property
    def package(self) -> list[str]:
        """The dotted package that relative imports start from, as a list."""
        return self.path.split("/")[:-1]

    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def functions(self) -> Iterator[Function]:
        for node in self.nodes():
            if isinstance(node, Function):
                yield node

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every imported dotted name with its line; ``from a import b`` is ``a.b``."""
        for node in self.nodes():
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = ".".join([*self._start(node.level), *([node.module] if node.module else [])])
                yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)

    def _start(self, level: int) -> list[str]:
        return self.package[: len(self.package) - level + 1] if level else []

    @cached_property
    def _aliases(self) -> dict[str, str]:
        """What each imported local name stands for, so that renaming hides nothing."""
        found: dict[str, str] = {}
        for node in self.nodes():
            if isinstance(node, ast.Import):
                found |= {alias.asname: alias.name for alias in node.names if alias.asname}
            elif isinstance(node, ast.ImportFrom):
                base = f"{node.module}." if node.module else ""
                found |= {alias.asname or alias.name: base + alias.name for alias in node.names}
        return found

    def references(self) -> Iterator[tuple[str, int]]:
        """Every name and attribute chain with its line, imports resolved: ``datetime.datetime.now``."""
        for node in self.nodes():
            if isinstance(node, ast.Name | ast.Attribute):
                head, dot, rest = dotted_name(node).partition(".")
                yield self._aliases.get(head, head) + dot + rest, node.lineno

    def names(self) -> Iterator[tuple[str, int]]:
        """Every name the module uses, with its line: bare, as an attribute, or imported."""
        for node in self.nodes():
            if isinstance(node, ast.Name):
                yield node.id, node.lineno
            elif isinstance(node, ast.Attribute):
                yield node.attr, node.lineno
        yield from ((dotted.rpartition(".")[2], line) for dotted, line in self.imports())


def sources(*folders: str) -> list[Source]:
    """All modules under the named folders of the checkout, in order of their path."""
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in sorted(paths)]


def dotted_name(node: ast.AST) -> str:
    """``context.bot.send_message`` for such a chain; calls in between are passed through."""
    if isinstance(node, ast.Attribute):
        return f"{dotted_name(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return dotted_name(node.func)
    return node.id if isinstance(node, ast.Name) else ""


def is_or_is_inside(dotted: str, packages: Iterable[str]) -> bool:
    """Whether the dotted name is one of the packages or lies within one."""
    return any(dotted == package or dotted.startswith(f"{package}.") for package in packages)

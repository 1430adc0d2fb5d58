"""Reads the documentation as what it names: code in sentences, blocks of code, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.support.check_source import ROOT

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH_IN_BLOCK = re.compile(r"(?<![\w/.-])(?:bot|tests|docs|locales|\.ci)/[\w.<>*/-]*")
ENDING = re.compile(r"[\w.<>*-]+\.(?:py|md|toml|yaml|po|csv|txt|service)")


@dataclass(frozen=True)
class Document:
    """One page: its path from the checkout's root, and its text."""

    path: str
    text: str

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """The blocks of code with their language."""
        return FENCE.findall(self.text)

    @cached_property
    def without_blocks(self) -> str:
        """Everything but the blocks."""
        return FENCE.sub("", self.text)

    @property
    def prose(self) -> str:
        """The sentences, without any code."""
        return SPAN.sub("", self.without_blocks)

    @property
    def spans(self) -> list[str]:
        """The code inside sentences and tables."""
        return SPAN.findall(self.without_blocks)

    @property
    def code(self) -> str:
        """All code there is."""
        return "\n".join([*self.spans, *(body for _, body in self.blocks)])

    @property
    def links(self) -> list[str]:
        """Where links lead."""
        return LINK.findall(self.without_blocks)

    def section(self, heading: str) -> "Document":
        """The part below a heading of the second level."""
        return Document(self.path, self.text.split(f"\n## {heading}\n")[1].split("\n## ")[0])

    def paths(self) -> Iterator[str]:
        """Every file and folder that is named, placeholders as stars."""
        whole = [span for span in self.spans if PATH_IN_BLOCK.fullmatch(span) or ENDING.fullmatch(span)]
        inside = [found for _, body in self.blocks for found in PATH_IN_BLOCK.findall(body)]
        for path in (*whole, *inside):
            yield re.sub(r"<\w+>", "*", path)


def document(path: str) -> Document:
    """Read one page."""
    return Document(path, (ROOT / path).read_text("utf-8"))


def documents() -> list[Document]:
    """All pages, in the order of their paths."""
    paths = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return [document(path.relative_to(ROOT).as_posix()) for path in sorted(paths)]


def exists(path: str) -> bool:
    """Say whether there is such a file; a bare name may lie anywhere in the code."""
    anywhere = () if "/" in path else (f"bot/**/{path}", f"tests/**/{path}")
    return any(found for pattern in (path.rstrip("/"), *anywhere) for found in ROOT.glob(pattern))


def tree(block: str) -> Iterator[str]:
    """Every path of a drawn tree: two spaces lead one level down, what follows the names is told about them."""
    folders: list[str] = []
    for line in block.splitlines():
        level = (len(line) - len(line.lstrip())) // 2
        for name in re.split(r" {2,}", line.strip()):
            if not re.fullmatch(r"[\w.]+/?", name):
                break
            folders = [*folders[:level], name.rstrip("/")]
            yield "/".join(folders)

"""The table: printed, and written into its page."""

import platform
import re
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.processes import CORES
from tests.benchmarks.results import Results
from tests.benchmarks.rows import HEAD, Row
from tests.support.check_source import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- table: written by make bench -->", "<!-- end of the table -->"


def circumstances(results: Results) -> str:
    """Say on what it was measured."""
    sniffio = "with" if find_spec("sniffio") else "without"
    names = ("python-telegram-bot", "httpx", "aiohttp", "SQLAlchemy")
    return (
        f"{results.plan.rounds} rounds, {len(CORES)} cores, CPython {platform.python_version()}, "
        f"{', '.join(f'{name} {version(name)}' for name in names)}; the yardstick {sniffio} sniffio in its environment."
    )


def table(rows: Sequence[Row], results: Results) -> str:
    """The table as Markdown."""
    lines = [HEAD, ("---",) * len(HEAD), *(row.cells(results) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(rows: Sequence[Row], results: Results) -> str:
    """The table for a terminal."""
    lines = [HEAD, *(tuple(cell.replace("*", "").replace("`", "") for cell in row.cells(results)) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def write(rows: Sequence[Row], results: Results, page: Path = PAGE) -> None:
    """Put the table into its page; the sentences around it are left as they are."""
    whole = f"{BEGIN}\n\n{table(rows, results)}\n\n{circumstances(results)}\n\n{END}"
    pattern = f"{re.escape(BEGIN)}.*{re.escape(END)}"
    page.write_text(re.sub(pattern, lambda _: whole, page.read_text("utf-8"), flags=re.DOTALL), "utf-8")

"""Boundaries: every place of the running bot where a crash leaves the world between two steps, each with a number.

A boundary is a commit (a unit of work) or a call of the Bot API; a crash before it and a crash after it are two points
that ``test_crash_points.py`` tries. The table is held against the code: a place without a number fails the build, and
so does a number without a place. ``python -m tests.faults.boundaries`` prints it as it would have to be.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from tests.support.check_source import ROOT

BOUNDARIES: dict[int, str] = {
    1: "app:build_bot#1",
    2: "app:answer_query#1",
    3: "app:_until_done#1",
    4: "chat.delivery:recover#1",
    5: "chat.delivery:_turn#1",
    6: "chat.delivery:settle#1",
    7: "chat.delivery:_claim_each#1",
    8: "chat.delivery:_claim_each#2",
    9: "chat.delivery:_bury#1",
    10: "chat.delivery:_call#1",
    11: "chat.dispatch:_in_unit_of_work#1",
    12: "chat.dispatch:_bury#1",
    13: "chat.gaps:heard#1",
    14: "chat.ingest:keep#1",
    15: "chat.ingest:_fetch#1",
    16: "chat.profile:publish_profile#1",
    17: "chat.ticks:_settle#1",
    18: "chat.ticks:_settle#2",
    19: "chat.ticks:_sweep#1",
    20: "core.leadership:acquire#1",
}

# Not in the running bot: the double of Telegram, and operators' verbs, each of one commit or with a restart of its own.
ELSEWHERE = (
    "bot/demo/",
    "bot/core/migrations/",
    "bot/seed.py",
    *(f"bot/operate/{verb}.py" for verb in ("held", "inviting", "overdue", "restoring", "schema")),
)
CALLS = {"call", "updates"}  # of a client
COMMITS = {"commit", "begin", "begin_nested"}  # past the unit of work: one place alone may do this

Wanted = Callable[[ast.Call], bool]


@dataclass(frozen=True)
class Site:
    """One place; ``name`` is its module, its function and which of the function's boundaries it is."""

    name: str
    path: str
    lines: range


def boundaries() -> list[Site]:
    """Return the boundaries that are in the code."""
    return list(_sites(_is_boundary))


def bare_commits() -> list[str]:
    """Return what begins or commits a transaction without a unit of work."""
    return [site.name for site in _sites(_is_bare_commit)]


@cache
def numbers() -> dict[tuple[str, int], int]:
    """Return the numbers of the boundaries by file and line."""
    number_of = {name: number for number, name in BOUNDARIES.items()}
    found = [site for site in boundaries() if site.name in number_of]
    return {(str(ROOT / site.path), line): number_of[site.name] for site in found for line in site.lines}


def renumbered() -> dict[int, str]:
    """Return the table as it would have to be: places keep their numbers, new ones get new numbers."""
    names = [site.name for site in boundaries()]
    kept = {number: name for number, name in BOUNDARIES.items() if name in names}
    new = [name for name in names if name not in kept.values()]
    first = max(BOUNDARIES, default=0) + 1
    return kept | dict(enumerate(new, first))


def _sites(wanted: Wanted) -> Iterator[Site]:
    for file in sorted((ROOT / "bot").rglob("*.py")):
        path = file.relative_to(ROOT).as_posix()
        if path.startswith(ELSEWHERE):
            continue
        module = path.removeprefix("bot/").removesuffix(".py").replace("/", ".")
        seen: Counter[str] = Counter()
        for function, call in _calls(ast.parse(file.read_text("utf-8")), "module"):
            if wanted(call):
                seen[function] += 1
                lines = range(call.lineno, (call.end_lineno or call.lineno) + 1)
                yield Site(f"{module}:{function}#{seen[function]}", path, lines)


def _calls(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
    """Return every call with the name of the function it stands in, in the order of the text."""
    for child in ast.iter_child_nodes(node):
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        inside = child.name if is_function else function  # type: ignore[attr-defined]
        if isinstance(child, ast.Call):
            yield inside, child
        yield from _calls(child, inside)


def _is_boundary(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = ast.unparse(call.func.value)
    is_call = call.func.attr in CALLS and receiver.rpartition(".")[2].strip("_") == "client"
    return is_call or call.func.attr == "unit_of_work"


def _is_bare_commit(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in COMMITS


if __name__ == "__main__":
    print("BOUNDARIES: dict[int, str] = {")
    for number, name in renumbered().items():
        print(f'    {number}: "{name}",')
    print("}")

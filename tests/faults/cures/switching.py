"""Cure: something the product does against a known failure, with a way to switch it off and the test that notices.

Functions are changed in place, by their code: whoever imported them before meets the change too.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

Off = Callable[[], None]


@dataclass(frozen=True)
class Cure:
    """``red`` is the test that fails, by this error, once ``off`` was called.

    It is run with all its parameters but on SQLite only, unless it is named with them; one red is enough.
    """

    name: str
    off: Off
    red: str
    by: str = "AssertionError"


def rewritten(function: Callable[..., Any], old: str, new: str) -> Off:
    """Have a piece of a function's source replaced."""

    def off() -> None:
        inner = _inner(function)
        source = textwrap.dedent(inspect.getsource(inner))
        assert source.count(old) == 1, f"{inner.__qualname__} is written differently now: bring {old!r} up to date"
        _put(inner, source.replace(old, new))

    return off


def nothing(function: Callable[..., Any], value: object = None) -> Off:
    """Have a function do nothing but return this."""
    return lambda: _put(_inner(function), f"def {_inner(function).__name__}(*_, **__):\n    return {value!r}")


def changed(owner: object, name: str, value: object) -> Off:
    """Have a name of a module or class mean something else."""

    def off() -> None:
        assert hasattr(owner, name), f"{owner} has no {name} any more: bring the table up to date"
        setattr(owner, name, value)

    return off


def unguarded(model: Any, *words: str) -> Off:
    """Have the tables that are made from now on lack the constraints whose description holds all these words."""

    def off() -> None:
        constraints = model.__table__.constraints
        lacking = [one for one in constraints if all(word in repr(one) for word in words)]
        assert len(lacking) == 1, f"{model.__name__} has {len(lacking)} such constraints"
        constraints.discard(lacking[0])

    return off


def both(*offs: Off) -> Off:
    """Have several things switched off, in this order."""

    def off() -> None:
        for each in offs:
            each()

    return off


def _inner(function: Callable[..., Any]) -> FunctionType:
    found = inspect.unwrap(function)
    assert isinstance(found, FunctionType)
    return found


def _put(function: FunctionType, source: str) -> None:
    tree = ast.parse(source)
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef)
    definition.decorator_list = []
    made: dict[str, Any] = {}
    exec(compile(tree, f"<{function.__qualname__} switched off>", "exec"), function.__globals__, made)  # noqa: S102
    function.__code__ = made[definition.name].__code__

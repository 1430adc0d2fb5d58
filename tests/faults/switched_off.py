"""Switched off: a pytest that collects its tests once and then, as often as it is asked over the wire, runs one of
them in a fork in which a cure is switched off. So a cure costs no start of Python.
"""

import os
from collections.abc import Generator, Sequence
from multiprocessing.connection import Connection
from typing import Any

import pytest

from tests.faults.cures import CURES

WIRE = "LOTSE_TEST_WIRE"
PASSED = "passed"
became: dict[str, str] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember what became of a test: that it passed, or by which error it did not."""
    report = yield
    if call.excinfo:
        became[item.nodeid] = f"{call.when}: {call.excinfo.typename}"
    elif call.when == "call":
        became[item.nodeid] = PASSED
    return report


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Answer requests until the wire is cut."""
    wire: Any = Connection(int(os.environ[WIRE]))
    while True:
        try:
            name, tests = wire.recv()
        except EOFError:
            return True
        if _in_a_fork(wire, name, [item for item in session.items if _is_one_of(tests, item)]):
            wire.send({})


def _is_one_of(tests: Sequence[str], item: pytest.Item) -> bool:
    test, *_ = item.nodeid.partition("[")
    return item.nodeid in tests or (test in tests and item.get_closest_marker("postgres") is None)


def _in_a_fork(wire: Any, name: str, items: Sequence[pytest.Item]) -> int:
    """Run these tests without the cure of this name (if any) and send what became of them; return the exit code."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        for cure in CURES:
            if cure.name == name:
                cure.off()
        for item in items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        wire.send(became)
    except BaseException as error:
        wire.send({name: repr(error)})
    finally:
        os._exit(0)

"""Each cure, switched off, turns a test red: so no test only looks as if it guarded it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

from tests.faults.cures import CURES
from tests.faults.cures.switching import Cure
from tests.faults.switched_off import PASSED, WIRE
from tests.support.check_source import ROOT

TESTS = tuple(dict.fromkeys(cure.red for cure in CURES))
FILES = tuple(dict.fromkeys(test.partition("::")[0] for test in TESTS))
PLUGINS = ("no:cacheprovider", "no:randomly", "no:xdist", "tests.faults.switched_off")
PATIENCE = 100.0  # seconds
MEMORY = Path("/dev/shm")  # a disk in memory, where there is one: no cure hangs on how fast a disk is


class Warm:
    """A pytest that has collected every test of the table and waits to run them."""

    def __init__(self, wire: Any, log: Path) -> None:
        self._wire = wire
        self._log = log

    def run(self, name: str, *tests: str) -> dict[str, str]:
        """Run tests without the cure of this name; return what became of each."""
        try:
            self._wire.send((name, tests))
            assert self._wire.poll(PATIENCE)
            became: dict[str, str] = self._wire.recv()
        except (EOFError, OSError):
            raise AssertionError(self._log.read_text()) from None
        return became


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    """Such a pytest; it ends when the wire is cut."""
    ours, theirs = Pipe()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    with (
        tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        Path(folder, "log").open("wb") as log,
        ours,
    ):
        command = [sys.executable, "-m", "pytest", "-q", f"--timeout={PATIENCE}", f"--basetemp={folder}/tests"]
        process = subprocess.Popen(
            [*command, *(f"-p{plugin}" for plugin in PLUGINS), *FILES],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs.fileno()],
            env={**environment, WIRE: str(theirs.fileno())},
        )
        theirs.close()
        try:
            yield Warm(ours, Path(folder, "log"))
        finally:
            ours.close()
            process.wait(PATIENCE)


@pytest.mark.parametrize("cure", CURES, ids=lambda cure: cure.name)
def test_without_the_cure_a_test_turns_red(cure: Cure, warm: Warm) -> None:
    became = set(warm.run(cure.name, cure.red).values())
    assert became - {PASSED} == {f"call: {cure.by}"}


@pytest.mark.parametrize("file", FILES)
def test_with_every_cure_the_same_tests_pass(file: str, warm: Warm) -> None:
    tests = [test for test in TESTS if test.startswith(f"{file}::")]
    became = warm.run("", *tests)
    assert len(became) >= len(tests)
    assert {test: end for test, end in became.items() if end != PASSED} == {}

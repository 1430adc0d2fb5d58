"""Runs the program itself, as an operator does, in an environment of the test's own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.check_source import ROOT

PATIENCE = 30  # seconds for a program to say or do what is waited for


@dataclass
class Program:
    """A running verb; what it says on either stream is gathered."""

    process: asyncio.subprocess.Process
    said: str = ""
    _readers: list["asyncio.Task[None]"] = field(default_factory=list)

    async def says(self, text: str) -> None:
        """Wait until it has said this."""
        async with asyncio.timeout(PATIENCE):
            while text not in self.said:
                if self.process.returncode is not None and all(reader.done() for reader in self._readers):
                    raise AssertionError(f"it ended without saying {text!r}: {self.said}")
                await asyncio.sleep(0.02)

    async def ends(self) -> int:
        """Wait for its end; return the exit code."""
        code = await asyncio.wait_for(self.process.wait(), PATIENCE)
        await asyncio.gather(*self._readers)
        return code

    async def stops(self) -> int:
        """Ask it to end, as a service manager does; return the exit code."""
        self.process.terminate()
        return await self.ends()

    async def read(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            self.said += line.decode()


@asynccontextmanager
async def lotse(*arguments: str, folder: Path, **settings: str) -> AsyncIterator[Program]:
    """Start ``lotse``; settings are given without their prefix. It is killed if the test leaves it running."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
    given = {f"LOTSE_{name.upper()}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env={**bare, "PYTHONPATH": str(ROOT), "LOTSE_DATA_DIR": str(folder / "data"), **given},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    program = Program(process)
    assert process.stdout
    assert process.stderr
    program._readers = [asyncio.ensure_future(program.read(stream)) for stream in (process.stdout, process.stderr)]
    try:
        yield program
    finally:
        if process.returncode is None:
            process.kill()
        await program.ends()

"""Looks with py-spy into the process that is measured, if that is asked for and py-spy is there."""

import asyncio
import re
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path

RATE = "250"  # looks a second
SHOWN = 40
ASKED: ContextVar[Path | None] = ContextVar("ASKED", default=None)  # where the stacks go


@asynccontextmanager
async def profiled(pid: int) -> AsyncIterator[None]:
    """Sample a process as long as it lives, if that is asked for."""
    path = ASKED.get()
    if path is None:
        yield
        return
    found = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if found is None:
        raise RuntimeError("py-spy is not installed: pip install py-spy")
    command = (found, "record", "--pid", str(pid), "--rate", RATE, "--format", "raw", "--output", str(path))
    sampler = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    try:
        yield
    finally:
        sampler.send_signal(2)
        await sampler.wait()


def summary(path: Path) -> str:
    """Say in which functions the time goes: shares of all samples, with what they call and alone."""
    within: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    total = 0
    for line in path.read_text("utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [re.sub(r":\d+\)$", ")", frame) for frame in stack.split(";")]
        total += int(count)
        alone[frames[-1]] += int(count)
        for frame in set(frames):
            within[frame] += int(count)
    rows = [f"{within[name] / total:7.1%} {alone[name] / total:7.1%}  {name}" for name, _ in within.most_common(SHOWN)]
    most = [f"{count / total:7.1%}          {name}" for name, count in alone.most_common(SHOWN // 2)]
    return "\n".join((" within   alone  function", *rows, "", "  alone", *most, f"stacks: {path}"))

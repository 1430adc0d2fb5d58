"""A process that forks whole running bots, as many at a time as a test wants, without the cost of a start for each.

Each line on standard input, JSON with environment, arguments and log, starts a bot and prints "began" and its process
id; once a bot has ended, however it ended, "ended", its id and its exit code are printed.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

# Imported for the forks, which then have everything at hand.
import bot.app
import bot.operate.running
import bot.web  # noqa: F401
from bot.chat.envelope import Packer
from bot.cli import main
from tests.faults.victim import pack_numbered

living: set[int] = set()


def say(line: str) -> None:
    """Write a line at once; a signal may come between any two others."""
    os.write(1, f"{line}\n".encode())


def reap(*_: object) -> None:
    """Tell of every bot that has ended."""
    while living:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        living.discard(child)
        say(f"ended {child} {os.waitstatus_to_exitcode(status)}")


def fork(order: dict[str, Any]) -> None:
    """Start a bot."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        log = os.open(Path(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.update(order["environment"])
        os._exit(main(["run", *order["arguments"]]))
    living.add(child)
    say(f"began {child}")
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def serve() -> None:
    """Fork a bot for every line until the input ends; then kill those that still live."""
    Packer.pack = pack_numbered  # type: ignore[method-assign]
    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        fork(json.loads(line))
    for child in list(living):
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    serve()

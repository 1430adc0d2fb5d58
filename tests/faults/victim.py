"""A process that forks a running bot on demand, so that killing one fifty times does not cost fifty starts.

Each line on standard input starts a bot with the settings of the environment and prints its process id; once that
process has ended, however it ended, "ended" is printed.
"""

import os
import sys

# Imported for the forks, which then have everything at hand.
import bot.app
import bot.operate.running
import bot.web  # noqa: F401
from bot.cli import main


def serve() -> None:
    """Fork a bot for every line until the input ends."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(main(["run"]))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(f"ended {status}", flush=True)


if __name__ == "__main__":
    serve()

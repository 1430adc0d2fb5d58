"""A process that forks a running bot on demand, so that killing one a thousand times does not cost a thousand starts.

Each line on standard input, JSON with environment and crash point, starts a bot and prints its process id; once that
process has ended, however it ended, "ended" and its status are printed. The rehearsal runs in this very process: what
it leaves behind ready made, statements above all, the forks have at hand. A bot that was told to stop prints first how
often it passed each boundary.
"""

import functools
import json
import os
import signal
import sys
from dataclasses import replace

# Imported for the forks, which then have everything at hand.
import bot.app
import bot.operate.running
import bot.web  # noqa: F401
from bot.chat.envelope import Envelope, Packer
from bot.cli import main
from bot.core import store
from bot.core.outbox import Outgoing
from bot.core.store import UnitOfWork
from tests.faults import crashing
from tests.faults.boundaries import numbers

_pack = Packer.pack


def pack_numbered(self: Packer, uow: UnitOfWork, row: Outgoing) -> Envelope | None:
    """Let the row's number travel along, in a parameter that the double reads and nobody needs."""
    envelope = _pack(self, uow, row)
    if envelope is None or not envelope.method.startswith(("send", "edit")):
        return envelope
    return replace(envelope, params={**envelope.params, "business_connection_id": str(row.id)})


def run() -> int:
    """Run the bot until its end; return its exit code."""
    try:
        return main(["run"])
    except SystemExit as end:
        return int(end.code or 0)


def serve() -> None:
    """Fork a bot for every line until the input ends."""
    Packer.pack = pack_numbered  # type: ignore[method-assign]
    if "hurry" in sys.argv:
        crashing.hurry()
    numbers()
    store._make_engine = functools.cache(store._make_engine)
    for line in sys.stdin:
        order = json.loads(line)
        os.environ.update(order["environment"])
        if order["rehearsal"]:
            print(os.getpid(), flush=True)
            code = run()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)  # uvloop's is left behind, and the forks would inherit it
            print(f"ended {code}", flush=True)
            continue
        child = os.fork()
        if child == 0:
            if order["crash"]:
                crashing.crash_at(order["crash"])
            code = run()
            print(f"passed {crashing.report()}", flush=True)
            os._exit(code)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    serve()

"""PostgreSQL's own programs, which make and read backups of it."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from bot.core.store import normal_url
from bot.operate.problem import Problem
from bot.settings import Settings


def dump(settings: Settings, target: Path) -> None:
    """Write the whole database to a file.

    :raises Problem: it did not work.
    """
    _call(settings, "pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def load(settings: Settings, source: Path) -> None:
    """Bring such a file into an empty database: all of it or nothing.

    :raises Problem: it did not work.
    """
    _call(settings, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(source))


def program(name: str) -> str:
    """Return where a program of PostgreSQL's is.

    :raises Problem: it is not there.
    """
    path = shutil.which(name)
    if not path:
        raise Problem(f"{name} is missing; install PostgreSQL's client programs of the server's version")
    return path


def _call(settings: Settings, name: str, *arguments: str) -> None:
    url = make_url(normal_url(settings.database_url))
    # The password by the environment: arguments are seen by everybody on the machine.
    place = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    environment = {**os.environ, "PGPASSWORD": str(url.password or "")}
    command = [program(name), *arguments, f"--dbname={place.render_as_string()}"]
    done = subprocess.run(  # noqa: S603 - no shell, a program of fixed name, a checked URL
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise Problem(f"{told} (is {name} as new as the server?)")

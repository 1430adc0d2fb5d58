"""The command line: every verb an operator or developer has, each a few lines that call where the work is done."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.operate.problem import BROKEN, WRONG, Problem, explained
from bot.operate.quick import quick_start

# Whatever is heavy is imported by the verb that needs it: help and mistakes are answered at once.
if TYPE_CHECKING:
    from bot.settings import Settings

Verb = Callable[[argparse.Namespace], int | None]
ABOUT = "Lotse: the volunteer desk of an integration centre, in Telegram."
SETTINGS = """\
settings come from the environment, from .env in this folder, and from files in LOTSE_SECRETS_DIR (or /run/secrets):
  LOTSE_TOKEN            the bot's token, from @BotFather
  LOTSE_DATA_DIR         folder for the database and marks (./data)
  LOTSE_DATABASE_URL     postgresql://name:password@host/database (a SQLite file in the data folder)
  LOTSE_ADMINS           Telegram ids with commas between
  LOTSE_TIMEZONE         the town's time zone (Europe/Berlin)
  LOTSE_LAND             the Land whose holidays count (BW)
  LOTSE_LOCALES          languages offered (en,de,uk,ar)
  LOTSE_LISTEN           host:port for health, metrics and webhook (127.0.0.1:8080)
  LOTSE_MODE             polling or webhook (polling)
  LOTSE_WEBHOOK_URL      public address of /telegram/webhook
  LOTSE_WEBHOOK_SECRET   1 to 256 of A-Z a-z 0-9 _ -
  LOTSE_RATE             messages a second, 1 to 1000 (30)
  LOTSE_LOG              debug, info, warning or error (info)
  LOTSE_API_URL          another Bot API server (https://api.telegram.org)

exit codes: 0 well, 1 failed, 2 asked or set wrongly, 3 another instance is at work
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; return the exit code. What an operator can mend is said in one line."""
    arguments = _parser().parse_args(argv)
    verb: Verb = arguments.verb
    try:
        return verb(arguments) or 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        problem = explained(error)
        if problem is None:
            raise
        print(problem, file=sys.stderr)
        return problem.code


def _say(line: str) -> None:
    print(line, flush=True)


def on_run(arguments: argparse.Namespace) -> None:
    """Run the bot."""
    with quick_start():
        settings = _settings()
        import bot.app
        import bot.web  # noqa: F401 - all that a start needs
        from bot.operate.running import run
    run(settings, _say, role=arguments.role, wait=not arguments.no_wait)


def on_demo(arguments: argparse.Namespace) -> int | None:
    """Run the demo."""
    from bot.demo.run import run_demo

    return run_demo(arguments.port)


def on_check(_arguments: argparse.Namespace) -> int:
    """Look at everything that can keep the bot from working."""
    from bot.operate.check import findings, is_well

    found = []
    for finding in findings(_settings()):
        _say(str(finding))
        found.append(finding)
    return 0 if is_well(found) else BROKEN


def on_migrate(_arguments: argparse.Namespace) -> None:
    """Bring the tables to this version."""
    from bot.operate.opening import open_store, refuse_newer
    from bot.operate.schema import migrate, revision_of

    store = open_store(_quiet_settings())
    try:
        refuse_newer(store)
        migrate(store)
        _say(f"The tables are those of this version ({revision_of(store)}).")
    finally:
        store.close()


def on_seed(arguments: argparse.Namespace) -> None:
    """Enter organisations, places and doors from a file."""
    from bot.operate.opening import open_current_store
    from bot.seed import SeedError, seed_file

    store = open_current_store(_quiet_settings())
    try:
        counts = seed_file(store, arguments.file)
        _say("Entered or brought up to date: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
    except SeedError as error:
        raise Problem(str(error), WRONG) from None
    finally:
        store.close()


def on_invite(arguments: argparse.Namespace) -> None:
    """Print a link that makes whoever opens it an admin or coordinator."""
    from bot.operate.inviting import invitation_link

    _say(invitation_link(_quiet_settings(), arguments.organisation))


def on_backup(arguments: argparse.Namespace) -> None:
    """Copy the whole database."""
    from bot.operate.backup import back_up

    back_up(_quiet_settings(), arguments.file)
    _say(f"{arguments.file} holds everything, checked. It is not encrypted: keep it safe.")


def on_restore(arguments: argparse.Namespace) -> None:
    """Bring a backup back."""
    from bot.operate.restoring import restore

    for line in restore(_quiet_settings(), arguments.file, arguments.ledger).lines():
        _say(line)


def on_release(arguments: argparse.Namespace) -> None:
    """Let go what a restore held, or throw it away."""
    from bot.operate.held import What, settle_held

    for line in settle_held(_quiet_settings(), What(arguments.what)):
        _say(line)


def on_i18n(arguments: argparse.Namespace) -> int:
    """Bring the catalogues into step with the code, or hold them to the rules."""
    from bot.i18n import check, texts, untranslated, update, write_cldr

    if arguments.what == "update":
        found = texts()
        write_cldr()
        for path in update(found=found):
            code = path.parents[1].name
            _say(f"{code}: {untranslated(code, found=found)} texts wait for a translation")
        return 0
    offences = check()
    for offence in offences:
        _say(str(offence))
    return BROKEN if offences else 0


def on_migration(arguments: argparse.Namespace) -> None:
    """Write the next migration."""
    from bot.operate.schema import write_migration

    path = write_migration(arguments.message)
    _say(f"{path.name} is written. Read it, above all what it drops, then: make test ARGS='-k migrations'")


def _settings() -> "Settings":
    from bot.settings import load_settings

    return load_settings()


def _quiet_settings() -> "Settings":
    """Settings for verbs that talk to a person: libraries keep still unless something is wrong."""
    from bot.logs import configure_logs

    settings = _settings()
    configure_logs(settings.model_copy(update={"log": "warning"}))
    return settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lotse", description=ABOUT, epilog=SETTINGS, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    def add(name: str, verb: Verb, about: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=about, description=f"{about}.")
        added.set_defaults(verb=verb)
        return added

    _add_daily(add)
    _add_keeping(add)
    _add_developing(add)
    return parser


Add = Callable[[str, Verb, str], argparse.ArgumentParser]


def _add_daily(add: Add) -> None:
    run = add("run", on_run, "run the bot until SIGTERM or Ctrl-C")
    run.add_argument("--role", default="all", choices=("all", "ingest", "work", "deliver", "tick"), help="do this only")
    run.add_argument("--no-wait", action="store_true", help="do not wait for another instance to end")
    demo = add("demo", on_demo, "try everything in the browser: three phones, no token, nothing kept")
    demo.add_argument("--port", type=int, default=8088, help="port on this machine (%(default)s; 0 takes a free one)")
    add("check", on_check, "look at token, network, database, clock, languages, disk and backup")
    invite = add("invite", on_invite, "print a link that works once and makes an admin or coordinator")
    whom = invite.add_mutually_exclusive_group(required=True)
    whom.add_argument("--organisation", metavar="KEY", help="a coordinator of the organisation with this key")
    whom.add_argument("--admin", action="store_true", help="an admin of the whole desk")


def _add_keeping(add: Add) -> None:
    add("migrate", on_migrate, "bring the database's tables to this version (run does it by itself)")
    seed = add("seed", on_seed, "enter organisations, places and advice offers from a YAML file, again and again")
    seed.add_argument("file", type=Path, metavar="FILE")
    backup = add("backup", on_backup, "write a checked copy of the database while the bot runs")
    backup.add_argument("file", type=Path, metavar="FILE", help="a file that does not exist yet")
    restore = add("restore", on_restore, "bring a backup back into an empty place, safe to start")
    restore.add_argument("file", type=Path, metavar="FILE")
    told = "who was erased since: an erasures.jsonl or the lost database (a file, or postgresql://...)"
    restore.add_argument("--ledger", default="", metavar="FILE", help=told)
    release = add("release", on_release, "let go what a restore held: shows kinds and ages, then sends")
    what = release.add_mutually_exclusive_group()
    what.add_argument("--show", dest="what", action="store_const", const="show", help="only look")
    what.add_argument("--discard", dest="what", action="store_const", const="discard", help="never send them")
    release.set_defaults(what="release")


def _add_developing(add: Add) -> None:
    i18n = add("i18n", on_i18n, "catalogues: 'update' from the code, or 'check' against the rules")
    i18n.add_argument("what", choices=("update", "check"))
    migration = add("migration", on_migration, "write the migration for changed tables")
    migration.add_argument("message", metavar="MESSAGE", help='what changes, like "add shift notes"')

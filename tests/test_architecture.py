"""Holds the code to the project's shape: sizes, files, directions, and what only one place may do."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import check_rules as rules
from tests.support.check_source import ROOT, Source, sources


@dataclass(frozen=True)
class Rule:
    """A rule as a sentence, where it holds, how to mend an offence, and a module that offends."""

    says: str
    finds: Callable[[Source], rules.Offences]
    folders: tuple[str, ...]
    mend: str
    guilty: Source

    def offences(self, source: Source) -> list[str]:
        return [f"{source.path}:{line} {what}" for line, what in sorted(self.finds(source))]


EVERYWHERE = ("bot", "tests")
BOT = ("bot",)
LONG = "    pass\n" * 41


def shift(name: str, text: str) -> Source:
    return Source(f"bot/features/shifts/{name}.py", text)


RULES = [
    Rule(
        "a module fits on a few screens",
        rules.too_long_a_module,
        EVERYWHERE,
        "split it by duty; 250 lines is the limit, 120 the aim",
        Source("bot/core/store.py", "x = 1\n" * 251),
    ),
    Rule(
        "a function fits on one screen",
        rules.too_long_a_function,
        EVERYWHERE,
        "name its parts; 40 lines without the docstring is the limit, 15 the aim",
        Source("bot/core/store.py", f"class Store:\n  def open(self):\n{LONG}"),
    ),
    Rule(
        "a function takes at most five parameters",
        rules.too_many_parameters,
        EVERYWHERE,
        "put what belongs together into a frozen dataclass; keyword-only ones and self count",
        Source("bot/core/store.py", "def f(self, a, b, *, c, d, e): ..."),
    ),
    Rule(
        "a module tells its duty",
        rules.no_docstring,
        EVERYWHERE,
        "begin it with one sentence that says what it is for",
        Source("bot/core/store.py", "import os"),
    ),
    Rule(
        "a feature has only the files everybody knows",
        rules.an_unknown_file_in_a_feature,
        BOT,
        f"move it into one of {', '.join(rules.FEATURE_FILES)}; steps of a dialogue live in conversation.py",
        shift("forms", ""),
    ),
    Rule(
        "a feature shows others its models, queries and services alone",
        rules.a_foreign_module_of_a_feature,
        BOT,
        "ask the other feature through a query or a service",
        shift("services", "from bot.features.volunteers import rules"),
    ),
    Rule(
        "Telegram is known to the chat and to handlers alone",
        rules.telegram_where_it_is_unknown,
        BOT,
        "return a Screen or a Message and let the chat make it Telegram's",
        Source("bot/cli.py", "def run():\n    from telegram import Bot"),
    ),
    Rule(
        "one module reads the wall clock",
        rules.a_look_at_the_wall_clock,
        BOT,
        "take uow.now, or a Clock from bot/core/clock.py",
        shift("queries", "from datetime import datetime as dt\nf = Field(default_factory=dt.now)"),
    ),
    Rule(
        "libraries stay in the shape we chose",
        rules.an_unwanted_part_of_a_library,
        EVERYWHERE,
        "HTTP is aiohttp's, state is the store's, pace is the outbox's, instants are the due table's",
        Source("bot/app.py", "from telegram.ext import JobQueue as Ticks"),
    ),
    Rule(
        "features start no work in the background",
        rules.work_in_the_background,
        BOT,
        "write a row into the outbox or the due table; those survive a restart",
        shift("handlers", "import asyncio\nasyncio.create_task(later())"),
    ),
    Rule(
        "use-cases are plain functions",
        rules.an_async_use_case,
        BOT,
        "make it a plain def: no await may sit inside a transaction",
        shift("services", "async def sign_up(uow): ..."),
    ),
    Rule(
        "a public service explains itself",
        rules.an_unexplained_service,
        BOT,
        "say who may call it and what they can be refused",
        shift("services", "def sign_up(uow): ..."),
    ),
    Rule(
        "only the command line prints",
        rules.a_print,
        BOT,
        "log it with structlog, or return the text to bot/cli.py",
        shift("jobs", "print('tick')"),
    ),
    Rule(
        "handlers call no Bot API",
        rules.a_call_to_telegram_in_a_handler,
        BOT,
        "show a screen or reply through the context; it leaves by the outbox after the commit",
        shift("handlers", "async def on_help(update, context):\n    await context.bot.send_message(1, 'x')"),
    ),
]
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.says)


@each_rule
def test_the_project_keeps_the_rule(rule: Rule) -> None:
    offences = [offence for source in sources(*rule.folders) for offence in rule.offences(source)]
    assert not offences, "\n".join([f"The rule: {rule.says}.", *offences, f"Mend: {rule.mend}."])


@each_rule
def test_the_rule_sees_an_offender(rule: Rule) -> None:
    assert rule.offences(rule.guilty)


@pytest.mark.parametrize(
    "awaited",
    [
        "update.callback_query.answer()",
        "update.effective_message.reply_text('x')",
        "bot.send_message(1, 'x')",
    ],
)
def test_a_shortcut_of_telegram_is_seen_as_a_call_too(awaited: str) -> None:
    source = shift("conversation", f"async def ask_place(update, context):\n    await {awaited}")
    assert list(rules.a_call_to_telegram_in_a_handler(source))


@pytest.mark.parametrize(
    "text",
    [
        "import datetime\nx = datetime.date.today()",
        "from time import time",
        "import time as t\nx = t.time_ns",
    ],
)
def test_the_wall_clock_is_seen_under_every_name(text: str) -> None:
    assert list(rules.a_look_at_the_wall_clock(shift("queries", text)))


def test_a_signature_that_a_library_dictates_is_no_offence() -> None:
    source = Source("bot/chat/request.py", "@override\nasync def do_request(self, a, b, c, d, e): ...")
    assert not list(rules.too_many_parameters(source))


VIOLATIONS = {
    "bot/core/wrong.py": "import telegram\nimport bot.chat\nimport bot.demo",
    "bot/settings.py": "import bot.chat",
    "bot/web/wrong.py": "import bot.chat",
    "bot/features/shifts/jobs.py": "import telegram",
    "bot/features/shifts/models.py": "from bot.features.shifts import services",
    "bot/features/shifts/services.py": "",
    "bot/features/volunteers/services.py": "from bot.features.shifts import models",
    "bot/features/buddies/services.py": "from bot.features.shifts import models",
}


def lint_imports(root: Path) -> str:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout


def write_modules(root: Path, modules: dict[str, str]) -> None:
    for path, text in modules.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def test_every_import_contract_turns_red_when_it_is_broken(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    folders = {Path(source.path).parent.as_posix() for source in sources("bot")} | {"bot/features"}
    modules = [
        "bot/app.py",
        "bot/cli.py",
        "bot/settings.py",
        *(f"{folder}/__init__.py" for folder in folders),
    ]
    write_modules(tmp_path, dict.fromkeys(modules, ""))
    assert re.search(r"[1-9]\d* kept, 0 broken", lint_imports(tmp_path))
    write_modules(tmp_path, VIOLATIONS)
    assert re.search(r"0 kept, [1-9]\d* broken", lint_imports(tmp_path))

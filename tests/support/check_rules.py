"""The rules of the project's shape: each takes one module and names, with the line, what offends in it."""

import ast
from collections.abc import Iterator

from tests.support.check_source import Function, Source, dotted_name, is_or_is_inside

Offences = Iterator[tuple[int, str]]

MODULE_LINES = 250
FUNCTION_LINES = 40
PARAMETERS = 5
OPEN_TO_OTHERS = ("models", "queries", "services")
SPEAK_TELEGRAM = ("handlers", "coordinator", "conversation")
PLAIN = ("models", "rules", "queries", "lists", "services", "messages")
FEATURE_FILES = ("__init__", *PLAIN, *SPEAK_TELEGRAM, "jobs")

WALL_CLOCK = {
    "datetime.datetime": {"now", "utcnow", "today"},
    "datetime.date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime"},
    "sqlalchemy.func": {"now", "current_timestamp"},
    "sqlmodel.func": {"now", "current_timestamp"},
}
UNWANTED = (
    "HTTPXRequest",
    "PicklePersistence",
    "AIORateLimiter",
    "JobQueue",
    "ConversationHandler",
    "Updater",
    "CronTrigger",
)
BACKGROUND = ("create_task", "ensure_future", "TaskGroup")


def too_long_a_module(source: Source) -> Offences:
    length = len(source.text.splitlines())
    if length > MODULE_LINES and not _is_migration(source):
        yield 1, f"has {length} lines"


def too_long_a_function(source: Source) -> Offences:
    for function in source.functions():
        length = _length(function)
        if length > FUNCTION_LINES and not _is_migration(source):
            yield function.lineno, f"{function.name} has {length} lines"


def too_many_parameters(source: Source) -> Offences:
    for function in source.functions():
        given = function.args
        count = len(given.posonlyargs + given.args + given.kwonlyargs)
        if count > PARAMETERS and not _is_override(function):
            yield function.lineno, f"{function.name} has {count} parameters"


def no_docstring(source: Source) -> Offences:
    is_empty_marker = source.name == "__init__" and not source.text.strip()
    if not ast.get_docstring(source.tree) and not (is_empty_marker and source.path.startswith("tests/")):
        yield 1, "has no docstring"


def an_unknown_file_in_a_feature(source: Source) -> Offences:
    if source.feature and (source.name not in FEATURE_FILES or source.path.count("/") > 3):
        yield 1, "is no file that a feature may have"


def a_foreign_module_of_a_feature(source: Source) -> Offences:
    for dotted, line in source.imports() if source.feature else ():
        parts = dotted.split(".")
        if parts[:2] != ["bot", "features"] or parts[2:3] in ([], [source.feature]):
            continue
        if parts[3:4] not in [[name] for name in OPEN_TO_OTHERS]:
            yield line, f"imports {dotted}"


def telegram_where_it_is_unknown(source: Source) -> Offences:
    if source.path == "bot/app.py" or source.path.startswith(("bot/chat/", "bot/demo/")):
        return
    if source.feature and source.name in SPEAK_TELEGRAM:
        return
    for dotted, line in source.imports():
        if is_or_is_inside(dotted, ["telegram"]):
            yield line, f"imports {dotted}"


def a_look_at_the_wall_clock(source: Source) -> Offences:
    if source.path == "bot/core/clock.py" or source.path.startswith("bot/demo/"):
        return
    for dotted, line in {*source.references(), *source.imports()}:
        owner, _, name = dotted.rpartition(".")
        if name in WALL_CLOCK.get(owner, ()):
            yield line, f"reads {dotted}"


def an_unwanted_part_of_a_library(source: Source) -> Offences:
    yield from ((line, f"uses {name}") for name, line in source.names() if name in UNWANTED)
    for dotted, line in source.imports():
        if is_or_is_inside(dotted, ["httpx"]):
            yield line, f"imports {dotted}"


def work_in_the_background(source: Source) -> Offences:
    for name, line in source.names() if source.feature else ():
        if name in BACKGROUND:
            yield line, f"uses {name}"


def an_async_use_case(source: Source) -> Offences:
    for function in source.functions() if source.feature and source.name in PLAIN else ():
        if isinstance(function, ast.AsyncFunctionDef):
            yield function.lineno, f"{function.name} is an async def"


def an_unexplained_service(source: Source) -> Offences:
    if source.feature and source.name == "services":
        for node in source.tree.body:
            if isinstance(node, Function) and not node.name.startswith("_") and not ast.get_docstring(node):
                yield node.lineno, f"{node.name} has no docstring"


def a_print(source: Source) -> Offences:
    if source.path != "bot/cli.py" and not source.path.startswith("bot/demo/"):
        yield from ((line, "prints") for dotted, line in source.references() if dotted == "print")


def a_call_to_telegram_in_a_handler(source: Source) -> Offences:
    for node in source.nodes() if source.feature and source.name in SPEAK_TELEGRAM else ():
        if isinstance(node, ast.Await):
            chain = dotted_name(node.value).split(".")
            # Whatever is awaited on Telegram's own objects is a request to the Bot API.
            if "bot" in chain or chain[0] in ("update", "query", "callback_query", "message"):
                yield node.lineno, f"awaits {'.'.join(chain)}"


def _length(function: Function) -> int:
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return whole
    docstring = function.body[0]
    return whole - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def _is_override(function: Function) -> bool:
    """A base class of a library dictates the parameters; typing's ``override`` proves that there is one."""
    return any(dotted_name(node).split(".")[-1] == "override" for node in function.decorator_list)


def _is_migration(source: Source) -> bool:
    """Migrations are written by Alembic and as long as the tables they make."""
    return source.path.startswith("bot/core/migrations/versions/")

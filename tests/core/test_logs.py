"""Logs: a storm of faults at DEBUG, and neither token nor secret nor name nor id comes out of it."""

import asyncio
import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import pytest
import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import WITHHELD, LibraryHandler, catch_strays, configure_logs
from bot.settings import load_settings
from tests.support.logs import logging_as_it_was

TOKEN = "7654321098:AAF-marker-token_that-opens-nothing0"
OTHER_TOKEN = "1029384756:BBQ_another-token_nobody-configured1"
SECRET = "marker-webhook-secret"
PASSWORD = "marker-db-password"
NAME, PLACE, ID = "Markerine Musterova", "Markerweg 7", 918273645546
HIDDEN = (TOKEN, OTHER_TOKEN, SECRET, PASSWORD, "Markerine", "Musterova", "Markerweg", str(ID))


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    """What is logged at DEBUG; afterwards logging is as it was."""
    stream = io.StringIO()
    settings = load_settings(
        token=TOKEN,
        webhook_secret=SECRET,
        database_url=f"postgresql://lotse:{PASSWORD}@db/lotse",
        log="debug",
        locales="en",
    )
    with logging_as_it_was():
        configure_logs(settings, stream)
        yield stream


def lines(output: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def fail() -> None:
    secret_local = f"{NAME} {TOKEN}"
    raise ValueError(f"{secret_local} lives at {PLACE}, id {ID}")


def fail_in_turn() -> None:
    try:
        fail()
    except ValueError as error:
        raise RuntimeError(f"while looking for {ID} at https://api.telegram.org/bot{TOKEN}/getMe") from error


def fail_in_the_database() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name, :id)"), {"name": NAME, "id": ID})


def fail_together() -> None:
    raise ExceptionGroup(f"about {NAME}", [ValueError(OTHER_TOKEN), KeyError(ID)])


FAILURES = [fail, fail_in_turn, fail_in_the_database, fail_together]


def raised_by(failure: Callable[[], None]) -> BaseException:
    try:
        failure()
    except (ValueError, RuntimeError, SQLAlchemyError, ExceptionGroup) as error:
        return error
    raise AssertionError("it did not fail")


def storm(failure: Callable[[], None]) -> None:
    """Log everything wrongly that can be logged wrongly."""
    root = logging.getLogger()
    # The test runner listens too, and shows what it hears.
    root.handlers = [handler for handler in root.handlers if isinstance(handler, LibraryHandler)]
    ours, theirs = structlog.get_logger(), logging.getLogger("somebody.else")
    error = raised_by(failure)
    ours.error("update_failed", row=12, error=type(error).__name__, exc_info=error)
    ours.warning(f"could not reach {NAME}", chat_id=ID, text=PLACE, url=f"/bot{TOKEN}/getMe")
    ours.info("signed_up", name=NAME, person=ID, error=str(error), exception=str(error), source=NAME)
    ours.debug("body", body={"from": {"id": ID, "first_name": NAME}}, kind=NAME, row=NAME, timestamp=NAME)
    ours.info("hello %s", NAME, level=NAME, exc_info=(type(error), error, error.__traceback__))
    theirs.error("no answer from %s", f"https://api.telegram.org/bot{OTHER_TOKEN}/x", exc_info=error)
    theirs.debug(f"headers: X-Telegram-Bot-Api-Secret-Token: {SECRET}", stack_info=True)
    theirs.info("sent %d to %s", ID, NAME, extra={"person": NAME})
    theirs.warning("wrong number of arguments %s %s", NAME)
    for noisy in ("httpx", "httpcore.http11", "aiohttp.access", "telegram.ext", "sqlalchemy.engine.Engine"):
        logging.getLogger(noisy).info("POST https://api.telegram.org/bot%s/sendMessage %s", TOKEN, NAME)
    warnings.warn(f"{NAME} is {ID}", UserWarning, stacklevel=1)
    try:
        raise error
    except BaseException:
        ours.exception("caught", person_id=ID)


@pytest.mark.filterwarnings("always")
@pytest.mark.parametrize("failure", FAILURES)
def test_a_storm_of_faults_tells_nothing_about_people_and_no_secret(
    failure: Callable[[], None], output: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    storm(failure)
    printed = capfd.readouterr()
    everything = output.getvalue() + printed.out + printed.err
    assert [hidden for hidden in HIDDEN if hidden in everything] == []
    assert len(lines(output)) >= 10


async def test_a_task_nobody_awaited_tells_nothing_either(output: io.StringIO) -> None:
    async def lost() -> None:
        fail_in_turn()

    loop = asyncio.get_running_loop()
    task = loop.create_task(lost(), name=f"for {NAME}")
    await asyncio.wait([task])
    loop.call_exception_handler({"message": f"lost {NAME}", "exception": task.exception(), "task": task})
    (line,) = lines(output)
    assert [kind["type"] for kind in line["exception"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert [hidden for hidden in HIDDEN if hidden in output.getvalue()] == []


async def test_an_unreachable_telegram_does_not_show_the_token(output: io.StringIO) -> None:
    async with aiohttp.ClientSession() as session:
        try:
            await session.get(f"http://127.0.0.1:1/bot{TOKEN}/getMe")
        except aiohttp.ClientError as error:
            structlog.get_logger().error("polling_interrupted", error=type(error).__name__, exc_info=error)
    assert lines(output)[0]["error"] == "ClientConnectorError"
    assert TOKEN not in output.getvalue()


def test_what_nobody_caught_is_logged_without_its_words(output: io.StringIO) -> None:
    catch_strays()
    error = raised_by(fail_in_turn)
    sys.excepthook(type(error), error, error.__traceback__)
    assert lines(output)[0]["event"] == "crashed"
    assert [hidden for hidden in HIDDEN if hidden in output.getvalue()] == []


def test_what_helps_an_operator_is_there(output: io.StringIO) -> None:
    error = raised_by(fail_in_turn)
    structlog.get_logger().error("due_failed", row=1234567, error="RuntimeError", kind="reminder", exc_info=error)
    (line,) = lines(output)
    assert (line["event"], line["level"], line["row"], line["kind"]) == ("due_failed", "error", 1234567, "reminder")
    outer, inner = line["exception"]
    assert outer["type"] == "builtins.RuntimeError"
    assert inner["frames"][-1].startswith("tests/core/test_logs.py:")
    assert inner["frames"][-1].endswith(":fail")


def test_a_library_is_quoted_by_place_alone(output: io.StringIO) -> None:
    logging.getLogger("somebody.else").warning("a sentence")
    (line,) = lines(output)
    assert (line["event"], line["logger"], line["level"]) == ("library_message", "somebody.else", "warning")
    assert line["source"].startswith("tests/core/test_logs.py:")


@pytest.mark.parametrize("secret", [TOKEN, OTHER_TOKEN, TOKEN.replace(":", "%3A"), SECRET, PASSWORD])
def test_the_last_net_catches_what_slipped_through_the_lists(secret: str, output: io.StringIO) -> None:
    def fail_under_a_secret_name() -> None:
        raise type(secret, (ValueError,), {})

    structlog.get_logger().error("odd", exc_info=raised_by(fail_under_a_secret_name))
    assert secret not in output.getvalue()
    assert WITHHELD in output.getvalue()


def test_the_level_is_kept(output: io.StringIO) -> None:
    configure_logs(load_settings(log="warning", locales="en"), output)
    structlog.get_logger().info("started")
    logging.getLogger("somebody.else").info("x")
    structlog.get_logger().warning("telegram_away", seconds=2)
    assert [line["event"] for line in lines(output)] == ["telegram_away"]

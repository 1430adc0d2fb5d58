"""The demo server: Bot API, page and page's JSON on 127.0.0.1; runs alone with python -m bot.demo.server."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web

from bot.demo.control import Control
from bot.demo.standalone import StandaloneControl
from bot.demo.telegram import FakeTelegram
from bot.demo.web.bot_api import BotApi
from bot.demo.web.events import Feed
from bot.demo.web.page_api import PageApi

PAGE = Path(__file__).with_name("page")
LARGEST_REQUEST = 60 * 1024 * 1024
LOCAL_NAMES = {"127.0.0.1", "localhost"}
CONTENT_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_demo_app(telegram: FakeTelegram, control: Control) -> web.Application:
    """The application: /bot<token>/<method>, the page at /, its files under /page/, its JSON under /demo/."""
    feed, api = Feed(), BotApi(telegram)
    telegram.world.listeners.append(feed.tell)
    app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[_only_local])
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", api.on_call)
    app.router.add_get("/", _on_page)
    app.router.add_static("/page/", PAGE)
    app.router.add_get("/demo/events", feed.on_events)
    app.router.add_routes(PageApi(telegram, control, feed).routes())
    app.on_response_prepare.append(_add_headers)

    async def on_shutdown(_: web.Application) -> None:
        feed.close()
        telegram.queue.end_poll("")
        await telegram.webhook.close()

    app.on_shutdown.append(on_shutdown)
    return app


@asynccontextmanager
async def serve_demo(telegram: FakeTelegram, control: Control, *, port: int = 0) -> AsyncIterator[str]:
    """Serve on 127.0.0.1 and give the address, such as "http://127.0.0.1:8080"; port 0 takes a free one."""
    # No access log: the paths hold the token.
    runner = web.AppRunner(build_demo_app(telegram, control), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@web.middleware
async def _only_local(request: web.Request, handler: Handler) -> web.StreamResponse:
    # Another name in Host means that a foreign page reached this machine through a name of its own.
    if request.url.host not in LOCAL_NAMES:
        raise web.HTTPForbidden
    return await handler(request)


async def _on_page(_: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


async def _run(token: str, port: int) -> None:
    control = StandaloneControl()
    telegram = FakeTelegram(token=token, clock=control.now)
    async with serve_demo(telegram, control, port=port) as address:
        print(address.rpartition(":")[2], flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serve until the process is ended; the first line of the output is the port."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo.server", description=main.__doc__)
    parser.add_argument("--token", required=True)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(given.token, given.port))


if __name__ == "__main__":
    main()

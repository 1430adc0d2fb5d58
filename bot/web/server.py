"""Server: the web side's routes and its place in the bot's loop."""

from dataclasses import dataclass

from aiohttp import web

from bot.settings import Settings
from bot.web.health import Health
from bot.web.running import Running
from bot.web.webhook import LIMIT, PATH, Webhook


@dataclass(frozen=True, slots=True)
class Served:
    """A web side that listens; ``port`` is the one it got if it asked for any."""

    runner: web.AppRunner
    port: int

    async def close(self) -> None:
        """Stop listening."""
        await self.runner.cleanup()


def build_web(bot: Running, settings: Settings) -> web.Application:
    """Make the routes: /healthz and /metrics always, the webhook only in webhook mode."""
    app = web.Application(client_max_size=LIMIT)
    health = Health(bot)
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/metrics", health.metrics)
    if settings.mode == "webhook":
        app.router.add_post(PATH, Webhook(bot, settings.webhook_secret.get_secret_value()).receive)
    return app


async def serve(app: web.Application, host: str, port: int) -> Served:
    """Listen; port 0 takes a free one.

    :raises OSError: the address is not ours or the port is taken.
    """
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return Served(runner, runner.addresses[0][1])

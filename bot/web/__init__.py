"""The web side, in the same loop as the bot: health, metrics and, if wanted, Telegram's webhook."""

from bot.web.server import Served, build_web, serve

__all__ = ["Served", "build_web", "serve"]

"""The yardstick: python-telegram-bot as it comes, with one handler that answers "pong"."""

import sys
from typing import Any

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def on_text(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer."""
    if update.message:
        await update.message.reply_text("pong")


def main(address: str, token: str) -> None:
    """Poll until the process is ended."""
    app: Application[Any, Any, Any, Any, Any, Any] = (
        Application.builder().token(token).base_url(f"{address}/bot").build()
    )
    app.add_handler(MessageHandler(filters.TEXT, on_text))
    app.run_polling()


if __name__ == "__main__":
    main(*sys.argv[1:])

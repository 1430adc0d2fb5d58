"""The inner parts of the Bot API double; everything others need comes from bot.demo.telegram."""

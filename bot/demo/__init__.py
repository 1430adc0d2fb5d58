"""A strict double of Telegram's Bot API and three phones in a browser, for trying Lotse without a token."""

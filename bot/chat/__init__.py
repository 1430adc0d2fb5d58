"""The way between Telegram and the features: knows Telegram, knows no feature."""

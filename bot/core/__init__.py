"""What everything stands on: knows no Telegram and no feature."""

"""What an operator does with Lotse besides letting it run; ``bot/cli.py`` is the door to it."""

"""Benchmarks: Lotse beside a bare bot on python-telegram-bot, measured in turns on the same machine."""

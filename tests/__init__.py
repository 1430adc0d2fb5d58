"""The tests; every one ends by itself and talks to 127.0.0.1 only."""

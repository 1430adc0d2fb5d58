"""The HTTP side of the demo: the Bot API, the page and what the page asks for."""

"""Lotse: the volunteer desk of an integration centre, in Telegram."""

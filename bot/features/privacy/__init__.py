"""Placeholder until the feature is complete."""

from bot.chat.feature import Feature

FEATURE = Feature(name="privacy")

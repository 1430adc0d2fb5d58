"""The catalogue tool: finds the texts in the code, keeps the catalogues in step and holds them to the rules."""

from bot.i18n.catalogues import codes, untranslated, update
from bot.i18n.check import Offence, check
from bot.i18n.cldr import write_cldr
from bot.i18n.texts import texts

__all__ = ["Offence", "check", "codes", "texts", "untranslated", "update", "write_cldr"]

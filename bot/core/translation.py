"""Translator: every sentence, date and list for one reader, in her language and writing direction."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.catalogue import catalogue
from bot.core.languages import RIGHT_TO_LEFT, SOURCE, native_name, said_in
from bot.core.message import Html, escaped

FSI, PDI = "\u2068", "\u2069"


def B_(msgid: str) -> str:  # noqa: N802 - gettext's own way of naming
    """Mark a button caption for translation that is translated later, by ``Translator.button``."""
    return msgid


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own way of naming
    """Mark a text for translation that is translated later."""
    return msgid


# What CLDR calls "Kurdish" and "Central Kurdish" people look for under these names.
KURDISH = {"ku": N_("Kurmanji"), "ckb": N_("Sorani")}


def is_draft(code: str) -> bool:
    """Say whether no speaker has reviewed a language's catalogue yet."""
    return code != SOURCE and catalogue(code).header.get("x-review", "draft") == "draft"


def strip_controls(text: str, limit: int = 1000) -> str:
    """Clean what a person typed: no control, bidi or zero-width characters except line breaks, cut to length.

    Zero-width joiners stay: Persian and emoji need them.
    """
    kept = (c for c in text if c in "\n\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    return "".join(kept).strip()[:limit].strip()


def _has_rtl(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text)


class Translator:
    """Speaks one language; cheap to make, keeps nothing about the reader."""

    def __init__(self, code: str, zone: ZoneInfo) -> None:
        self.code = code or SOURCE
        self.zone = zone
        self.rtl = self.code in RIGHT_TO_LEFT
        self._texts = catalogue(self.code)

    def __call__(self, msgid: str, /, **values: Any) -> Html:
        """Translate a sentence; values are escaped and isolated unless they are Html already."""
        return self._fill(self._texts.one(msgid), values)

    def n(self, one: str, many: str, n: int, /, **values: Any) -> Html:
        """Translate a sentence that depends on a count; ``{n}`` is the count."""
        return self._fill(self._texts.many(one, many, n), {"n": n, **values})

    def p(self, context: str, msgid: str, /, **values: Any) -> Html:
        """Translate a sentence whose English is used in several senses."""
        return self._fill(self._texts.one(msgid, context), values)

    def button(self, msgid: str, /, **values: Any) -> str:
        """Translate a button's caption (context "button"): plain text, short."""
        text = self._texts.one(msgid, "button")
        return text.format(**{k: self.isolated(str(v)) for k, v in values.items()}) if values else text

    def isolated(self, value: str) -> str:
        """Keep a foreign name or number from turning the words around it."""
        if not value or not (self.rtl or _has_rtl(value)):
            return value
        return f"{FSI}{value}{PDI}"

    def _fill(self, text: str, values: dict[str, Any]) -> Html:
        return Html(text.format(**{k: self._safe(v) for k, v in values.items()}) if values else text)

    def _safe(self, value: Any) -> str:
        return value if isinstance(value, Html) else self.isolated(escaped(str(value)))

    # -- dates: always weekday, day, month and 24-h time of the town --

    def local(self, at: datetime) -> datetime:
        """Return the town's wall time of an instant."""
        return at.astimezone(self.zone)

    def day(self, at: datetime | date) -> str:
        """Say a day, e.g. "Wednesday, 4 February"."""
        return self._said("MMMMEEEEd", at)

    def short_day(self, at: datetime | date) -> str:
        """Say a day briefly, for buttons, e.g. "Wed, 4 Feb"."""
        return self._said("MMMEd", at)

    def dated(self, at: date) -> str:
        """Say a day with its year, e.g. "1 Jan 2020"."""
        return self.isolated(self._said("yMMMd", at))

    def time(self, at: datetime) -> str:
        """Say a time of day, e.g. "17:00"."""
        local = self.local(at)
        return f"{local.hour:02}:{local.minute:02}"

    def when(self, start: datetime, end: datetime | None = None) -> Html:
        """Say day and time (and end), e.g. "Wednesday, 4 February, 17:00–20:00"."""
        times = self.time(start) if end is None else f"{self.time(start)}–{self.time(end)}"
        # NOTE: a day and a time, e.g. "Wednesday 4 February, 17:00–20:00"
        return self("{day}, {times}", day=self.day(start), times=times)

    def short_when(self, start: datetime) -> str:
        """Say day and time briefly, for buttons."""
        return f"{self.short_day(start)} {self.time(start)}"

    def _said(self, skeleton: str, at: datetime | date) -> str:
        day = self.local(at) if isinstance(at, datetime) else at
        said = said_in(self.code)["days"][skeleton]
        weekday, month = said["weekdays"][day.weekday()], said["months"][day.month - 1]
        return str(said["pattern"].format(weekday=weekday, day=day.day, month=month, year=day.year))

    def weekday(self, number: int, *, short: bool = False) -> str:
        """Name a weekday; Monday is 0."""
        return str(said_in(self.code)["weekdays_short" if short else "weekdays"][number])

    def duration(self, length: timedelta | int) -> Html:
        """Say a length of time (a timedelta, or minutes)."""
        minutes = length if isinstance(length, int) else int(length.total_seconds() // 60)
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.n("{n} minute", "{n} minutes", rest)
        if not rest:
            return self.n("{n} hour", "{n} hours", hours)
        # NOTE: a length of time, e.g. "2 h 30 min"
        return self("{hours} h {minutes} min", hours=hours, minutes=rest)

    # -- lists and names --

    def list(self, items: Iterable[str], *, either: bool = False) -> Html:
        """Join items with the language's own "and" (or "or")."""
        whole, *rest = [self._safe(item) for item in items] or [""]
        patterns = said_in(self.code)["or" if either else "and"]
        places = ["2"] if len(rest) == 1 else ["start", *["middle"] * (len(rest) - 2), "end"]
        for place, item in zip(places, rest, strict=False):
            whole = patterns[place].format(whole, item)
        return Html(whole)

    def language(self, code: str) -> str:
        """Name a language in the reader's language, as it is written inside a sentence."""
        if code in KURDISH:
            return str(self(KURDISH[code]))
        return str(said_in(self.code)["names"].get(code) or native_name(code))

    def language_caption(self, code: str) -> str:
        """Name a language on a button or at the beginning of a line."""
        name = self.language(code)
        return name[0].upper() + name[1:]

"""Rules: what a translation of one text must keep to; each rule says what is wrong and how to mend it."""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.i18n.texts import Key

CAPTION = 30  # characters on a button, placeholders not counted, so that it fits a small phone
COMMAND = 256  # Bot API, BotCommand.description
JOINERS = "\u200c\u200d"  # Persian and emoji need them
TAG = re.compile(r"</?[bi]>")
TECHNICAL = re.compile(r"\{[^{}]*\}|</?\w+>|&\w+;|https?://\S+|(?<!\w)[/@]\w+")
WORD = re.compile(r"[^\W\d_]+")
LOOKALIKES = frozenset("aceiopxyABCEHIKMOPTX")  # Latin letters that a Cyrillic keyboard has as well
NOT_UKRAINIAN = frozenset("ыэёъЫЭЁЪ")
SCRIPT = {"uk": "CYRILLIC", "ru": "CYRILLIC", "ar": "ARABIC", "fa": "ARABIC"}  # the others write LATIN


@dataclass(frozen=True)
class Translation:
    """One text in one language: ``counts`` tells for each form the counts from 0 to 200 it is used for.

    ``limit`` is the greatest number of characters Telegram takes where the text is shown; 0 if that is no matter.
    """

    code: str
    key: Key
    forms: tuple[str, ...]
    counts: dict[int, set[int]]
    limit: int = 0

    @property
    def sources(self) -> tuple[str, ...]:
        """The English forms."""
        return (self.key.one,) if self.key.many is None else (self.key.one, self.key.many)


Fault = tuple[str, str]  # what is wrong, and the mend


def names(text: str) -> frozenset[str]:
    """Return the placeholders of a text.

    :raises ValueError: its braces do not pair, or a placeholder is not a plain name.
    """
    found = set()
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(name)
        found.add(name)
    return frozenset(found)


def faults(translation: Translation) -> Iterator[Fault]:
    """Hold one text in one language to every rule."""
    if not all(translation.forms):
        yield "is not translated", "translate it (every form)"
        return
    for rule in RULES:
        yield from rule(translation)


def wrong_placeholders(t: Translation) -> Iterator[Fault]:
    wanted: frozenset[str] = frozenset().union(*map(_names_or_none, t.sources))
    for number, form in enumerate(t.forms):
        try:
            given = names(form)
        except ValueError:
            yield "has broken braces", "write placeholders as {name}, nothing else in braces"
            continue
        # "One minute" needs no figure, but a form for 1, 21 and 31 does.
        may_omit = {"n"} if t.key.many and len(t.counts.get(number, ())) == 1 else set()
        if given - wanted or wanted - given - may_omit:
            listed = " ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
            yield f"has other placeholders in form {number}", f"use exactly these: {listed}"


def _names_or_none(text: str) -> frozenset[str]:
    try:
        return names(text)
    except ValueError:
        return frozenset()  # said once, where the English is held to the rules


def wrong_tags(t: Translation) -> Iterator[Fault]:
    for form in t.forms:
        if re.search("[<>]", TAG.sub("", form)) or (t.key.is_caption and TAG.search(form)):
            yield "holds a tag that is not allowed", "use <b> and <i> alone, and none on buttons"
        elif not _is_nested(TAG.findall(form)):
            yield "has tags that do not pair", "close every <b> and <i> in order"
        elif Counter(TAG.findall(form)) != Counter(TAG.findall(t.sources[-1])):
            yield "has other tags than the English", "set off the same parts"


def _is_nested(tags: list[str]) -> bool:
    still_open: list[str] = []
    for tag in tags:
        if not tag.startswith("</"):
            still_open.append(tag[1:])
        elif not still_open or still_open.pop() != tag[2:]:
            return False
    return not still_open


def too_long(t: Translation) -> Iterator[Fault]:
    limit = CAPTION if t.key.is_caption else t.limit
    for form in t.forms if limit else ():
        length = len(TECHNICAL.sub("", form) if t.key.is_caption else form)
        if length > limit:
            yield f"has {length} characters", f"say it in {limit}"
        if t.limit == COMMAND and ("\n" in form or "{" in form or TAG.search(form)):
            yield "is no plain line, but describes a command", "use no line break, placeholder or tag"


def controls(t: Translation) -> Iterator[Fault]:
    for form in t.forms:
        for char in form:
            if unicodedata.category(char) in {"Cc", "Cf", "Co"} and char not in "\n" + JOINERS:
                yield f"holds the invisible character U+{ord(char):04X}", "take it out; Lotse isolates names itself"
                return


def foreign_letters(t: Translation) -> Iterator[Fault]:
    own = SCRIPT.get(t.code, "LATIN")
    english = {word for source in t.sources for word in WORD.findall(source)} if t.code != "en" else set()
    for form in t.forms:
        for word in WORD.findall(TECHNICAL.sub(" ", form)):
            if word not in english and not _belongs(word, own, t.code):
                yield f"has letters of a foreign script in “{word}”", "type the word anew with the language's keyboard"


def _belongs(word: str, own: str, code: str) -> bool:
    scripts = {unicodedata.name(char, "").split(" ")[0] for char in word} - {"MODIFIER"}
    if code == "uk" and NOT_UKRAINIAN & set(word):
        return False
    if scripts <= {own}:
        return True
    # A Latin name inside Cyrillic or Arabic text is fine, unless it only looks like a word of theirs.
    is_name = own != "LATIN" and scripts == {"LATIN"}
    return is_name and not (own == "CYRILLIC" and set(word) <= LOOKALIKES)


RULES: tuple[Callable[[Translation], Iterator[Fault]], ...] = (
    wrong_placeholders,
    wrong_tags,
    too_long,
    controls,
    foreign_letters,
)

"""A handful of texts with good catalogues, for tests that spoil them."""

from pathlib import Path

from bot.i18n import check, update
from bot.i18n.catalogues import path_of
from bot.i18n.check import Wanted
from bot.i18n.texts import Key, Text

HELLO = Key(None, "Hello <b>{name}</b>!")
PLACES = Key(None, "{n} place is free at {where}.", "{n} places are free at {where}.")
ONE_LEFT = Key(None, "One message waits.", "{n} messages wait.")
YES = Key("button", "✅ I'm in")
ABOUT = Key(None, "What this bot can do")
CONTACT = Key(None, "We talk on Telegram.")
KEYS = (HELLO, PLACES, ONE_LEFT, YES, ABOUT, CONTACT)
WANTED = Wanted([Text(key, {"bot/x.py"}) for key in KEYS], {ABOUT.one: 256})

GOOD = {
    "de": {
        HELLO: ("Hallo <b>{name}</b>!",),
        PLACES: ("Ein Platz ist frei bei {where}.", "{n} Plätze sind frei bei {where}."),
        ONE_LEFT: ("Eine Nachricht wartet.", "{n} Nachrichten warten."),
        YES: ("✅ Ich bin dabei",),
        ABOUT: ("Was dieser Bot kann",),
        CONTACT: ("Wir reden über Telegram.",),
    },
    "uk": {
        HELLO: ("Вітаю, <b>{name}</b>!",),
        PLACES: ("{n} місце вільне: {where}.", "{n} місця вільні: {where}.", "{n} місць вільно: {where}."),
        ONE_LEFT: ("Чекає {n} повідомлення.", "Чекають {n} повідомлення.", "Чекає {n} повідомлень."),
        YES: ("✅ Я буду",),
        ABOUT: ("Що вміє цей бот",),
        CONTACT: ("Спілкуємось у Telegram.",),
    },
    "ar": {
        HELLO: ("مرحبا <b>{name}</b>!",),
        PLACES: ("لا مكان في {where}.", "مكان واحد في {where}.", "مكانان في {where}.", *["{n} مكان {where}."] * 3),
        ONE_LEFT: ("لا رسائل.", "رسالة تنتظر.", "رسالتان.", "{n} رسائل.", "{n} رسالة.", "{n} رسالة."),
        YES: ("✅ سآتي",),
        ABOUT: ("ماذا يفعل هذا البوت",),
        CONTACT: ("نتحدث على Telegram.",),
    },
}


def write(root: Path, code: str, key: Key, forms: tuple[str, ...]) -> None:
    """Put a translation into a catalogue, past everything that would look at it."""
    path = path_of(code, root)
    lines, place = path.read_text("utf-8").split("\n"), 0
    while lines[place] != f'msgid "{key.one}"':
        place += 1
    for number, form in enumerate(forms):
        head = "msgstr" if key.many is None else f"msgstr[{number}]"
        at = next(i for i in range(place, len(lines)) if lines[i].startswith(f"{head} "))
        lines[at] = f'{head} "{form}"'
    path.write_text("\n".join(lines), "utf-8")


def write_good(root: Path) -> None:
    """Make a folder of good catalogues."""
    update(root, WANTED.texts)
    for code, translations in GOOD.items():
        for key, forms in translations.items():
            write(root, code, key, forms)


def complaints(root: Path, found: Wanted = WANTED) -> list[str]:
    """What the check says."""
    return [str(offence) for offence in check(root, found)]

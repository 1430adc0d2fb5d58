"""Plays a script in a town and in the model beside it."""

import copy
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel import col, select

from bot.chat.conversations import Conversation
from bot.core.clock import FixedClock
from bot.core.message import Button
from bot.core.outbox import Outgoing, State
from bot.core.refusal import Refusal
from bot.core.store import Store
from bot.features.buddies.models import BuddyMatch
from bot.features.shifts import services
from bot.features.shifts.models import Venue
from tests.faults.model import LENGTH, Model
from tests.faults.model_form import MANY, STEPS, SUMMARY, Form
from tests.faults.model_people import No
from tests.faults.model_taps import as_volunteer, in_pairs, on_shift
from tests.faults.model_town import FIRST_ID, STARTS, Ids, furnish, modelled, options, read_from, said_by, wipe
from tests.faults.scripts import EVERYBODY, LINKS, SHIFTS, Burst, Desk, Fate, Phone, Step, Tap, Wait, Words
from tests.support.town import Town

NOTHING = 10**6  # a number that stands for nothing

Op = Callable[[Model], None]
Posted = tuple[dict[str, Any], int, Op]  # an update, whose it is, and what it means


class Player:
    """One town, one model, and the updates that are held back between them."""

    def __init__(self, store: Store, clock: FixedClock, counts: Counter[str]) -> None:
        wipe(store)
        self.counts = counts
        self.town = Town(store, clock)
        with store.unit_of_work() as uow:
            self.ids: Ids = furnish(uow, self.town.bot.house.keyring)
            self.model = modelled(uow, self.ids)
        for number in EVERYBODY:
            self.town.telegram.user(FIRST_ID + number, f"P{number}", "en").started = True
        self.held: list[Posted] = []

    async def play(self, script: list[Step]) -> None:
        """Play it; after each step the store must say what the model says."""
        await self.town.settle()
        for step in script:
            await self._take(step)
            self._compare()
        await self._deliver(self._freed())
        await self._let_out()
        self._compare()
        self._count()

    def _count(self) -> None:
        """Note what came of it, so that scripts in which nothing happens are seen."""
        model = self.model
        self.counts.update(answer for shift in model.shifts for answer in shift.answers.values())
        self.counts.update(match.state for match in model.pairs.matches)
        self.counts["joined"] += len(model.people.profiles)
        self.counts["appointed"] += len(model.people.coordinators)

    async def _take(self, step: Step) -> None:
        self.counts[type(step).__name__] += 1
        match step:
            case Burst():
                await self._deliver([*self._on_the_way(step), *(self._freed() if step.late else [])])
            case Desk():
                self._at_the_desk(step)
                await self.town.settle()
            case Phone():
                await self._block_or_unblock(step.who)
            case Wait():
                self.town.clock.jump(timedelta(hours=step.hours))
                await self.town.settle()
        await self._let_out()
        self.model.now = self.town.clock.now()
        self.model.pairs.lapse(self.model.now)

    async def _let_out(self) -> None:
        """A chat that got many answers at once makes what can wait pause for some seconds."""
        for _ in range(20):
            with self.town.store.read() as session:
                if session.exec(select(Outgoing.id).where(Outgoing.state == State.PENDING).limit(1)).first() is None:
                    return
            self.town.clock.jump(timedelta(seconds=2))
            await self.town.settle()

    def _compare(self) -> None:
        with self.town.store.read() as session:
            for talk in session.exec(select(Conversation)):
                mine = self.model.talks.get(self.ids.people.index(talk.person_id))
                if mine and mine.serial is None:
                    mine.serial = talk.serial
            found, expected = read_from(session, self.ids, self.town.clock.now()), said_by(self.model)
        different = {key: (found[key], expected[key]) for key in expected if found[key] != expected[key]}
        assert not different, "the store says, the model says"

    # -- what happens on the way --

    def _freed(self) -> list[Posted]:
        freed, self.held = self.held, []
        return freed

    def _on_the_way(self, burst: Burst) -> list[Posted]:
        arriving: list[Posted] = []
        for fate in burst.updates:
            if fate.sent.who in self.model.people.blocked:
                continue
            posted = self._post(fate)
            self.counts[fate.way] += 1
            if fate.way == "late":
                self.held.append(posted)
            elif fate.way == "behind" and arriving and arriving[-1][1] != posted[1]:
                arriving.insert(-1, posted)
            else:
                arriving += [posted] * (2 if fate.way == "doubled" else 1)
        return arriving

    async def _deliver(self, arriving: list[Posted]) -> None:
        self.model.now = self.town.clock.now()
        self.town.bot.ingest.keep([raw for raw, _, _ in arriving])
        await self.town.settle()
        known: set[int] = set()
        for raw, _, means in arriving:
            if raw["update_id"] not in known:
                known.add(raw["update_id"])
                self._mean(means)

    def _mean(self, means: Op) -> None:
        before = copy.deepcopy(self.model)
        try:
            means(self.model)
        except No:
            self.counts["refused"] += 1
            self.model = before

    # -- what people do --

    def _post(self, fate: Fate) -> Posted:
        sent = fate.sent
        means = self._tap(sent) if isinstance(sent, Tap) else self._say(sent)
        raw = self.town.telegram.queue.pending.pop().body
        assert isinstance(raw, dict)
        return raw, sent.who, means

    def _say(self, words: Words) -> Op:
        if not words.text.startswith("link "):
            self.town.telegram.say(FIRST_ID + words.who, words.text)
            return lambda model: self._form(model).write(words.who, words.text)
        link = int(words.text.removeprefix("link "))
        token = self.ids.links[link] if link < LINKS else "a" * 32
        self.town.telegram.say(FIRST_ID + words.who, f"/start inv-{token}")
        return lambda model: model.accept(words.who, link)

    def _tap(self, tap: Tap) -> Op:
        kind, _, rest = tap.button.partition(".")
        if kind == "form":
            return self._tap_in_form(tap, rest)
        if kind == "shift":
            revision = max(0, self.model.shifts[tap.which].revision - tap.old)
            self._press(tap.who, Button("", tap.button, self.ids.shifts[tap.which], revision))
            return partial(on_shift, tap=tap, revision=revision)
        if kind == "buddy":
            return self._tap_on_pair(tap)
        if kind == "organisation":
            self._press(tap.who, Button("", tap.button, self.ids.people[tap.which], 0, self.ids.organisation))
            return lambda model: model.remove(tap.who, tap.which)
        self._press(tap.who, Button("", tap.button, 0))
        return lambda model: as_volunteer(model, self._form(model), tap)

    def _press(self, who: int, button: Button) -> None:
        user_id = FIRST_ID + who
        data = self.town.bot.signer.data(button, user_id)
        self.town.telegram.forge(user_id, max(self.town.telegram.world.messages.get(user_id, [1])), data)

    def _form(self, model: Model) -> Form:
        return Form(model.people, model.talks, options(self.ids), model.now)

    def _tap_in_form(self, tap: Tap, button: str) -> Op:
        talk = self.model.talks.get(tap.who)
        step, serial = (talk.step, talk.serial or 0) if talk else (0, 1)
        if button == "go":  # whatever leads on from here
            chosen = talk is not None and step < SUMMARY and bool(talk.data.get(STEPS[step]))
            many = "next" if chosen else "toggle"
            button = "confirm" if step == SUMMARY else many if STEPS[step] in MANY else "skip" if step else "pick"
        arg = 0 if button == "pick" else tap.arg
        step = max(0, step - tap.old)
        self._press(tap.who, Button("", f"form.{button}", step, serial, arg))
        return lambda model: self._form(model).tap(tap.who, button, (step, serial), arg)

    def _tap_on_pair(self, tap: Tap) -> Op:
        if tap.button == "buddy.propose":
            self._press(tap.who, Button("", tap.button, self.ids.requests[tap.which], 0, self.ids.offers[tap.arg]))
        else:
            with self.town.store.read() as session:
                matches = session.exec(select(BuddyMatch.id).order_by(col(BuddyMatch.id))).all()
            # Nobody has a button of what is not there yet.
            tap = tap if tap.which < len(matches) else tap._replace(which=NOTHING)
            self._press(tap.who, Button("", tap.button, NOTHING if tap.which == NOTHING else matches[tap.which] or 0))
        return partial(in_pairs, tap=tap)

    def _at_the_desk(self, step: Desk) -> None:
        self.model.now = self.town.clock.now()
        start = self.model.began + STARTS[step.when] + timedelta(days=7 * (step.when == SHIFTS - 1))
        shift_id, key = self.ids.shifts[step.which], self.ids.people[step.who]
        with suppress(Refusal), self.town.store.unit_of_work() as uow:
            if step.what == "cancel":
                services.cancel_shift(uow, key, shift_id, "Nobody came.", "en")
            else:
                services.move_shift(uow, key, shift_id, Venue(start, start + LENGTH, "Library"))
        if step.what == "cancel":
            self._mean(lambda model: model.cancel(step.who, model.shifts[step.which]))
        else:
            self._mean(lambda model: model.move(step.who, model.shifts[step.which], start))

    async def _block_or_unblock(self, who: int) -> None:
        """What she sent before comes first: a phone that has blocked us sends nothing more."""
        await self._deliver(self._freed())
        telegram, blocked = self.town.telegram, self.model.people.blocked
        (telegram.unblock if who in blocked else telegram.block)(FIRST_ID + who)
        blocked ^= {who}
        await self.town.settle()

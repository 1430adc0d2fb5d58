"""A thousand people want the same shift: how fast they are answered, and whether exactly so many are on it."""

import asyncio
import json
import statistics
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from sqlmodel import select

from bot.core.clock import Clock
from bot.core.person import Person
from bot.core.store import Store
from bot.features.shifts.messages import REFUSALS, STEPS
from bot.features.shifts.models import Shift, SignUp, SignUpState
from bot.features.shifts.rules import ShiftFull
from tests.benchmarks.bench import Bench
from tests.benchmarks.crowd import FIRST_USER, USERS, Crowd, Question, pressed, until
from tests.benchmarks.loops import quantile
from tests.benchmarks.processes import Running
from tests.benchmarks.results import Figures
from tests.benchmarks.towns import PLACES, RACERS, Town

PATIENCE = 60.0  # seconds for everybody's answer
CALM = 1.6  # seconds without a call: cards are refreshed a second after a change
REASON, NEXT_STEP = REFUSALS[ShiftFull], STEPS[ShiftFull][0]
GIVE_BACK = "I can't"  # on the button of those who have a place


@dataclass
class Race:
    """One shift and everybody who wants it; what tells her first how she fares is what somebody is answered."""

    running: Running
    town: Town
    shift: int
    number: int  # of the message everybody taps on, another one in each race
    answers: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        racers = range(FIRST_USER, FIRST_USER + RACERS)
        press = self.town.button
        self._taps = [pressed(racer, self.number, press("shift.sign_up", self.shift, racer)) for racer in racers]
        self.crowd = Crowd(self.running.server, self._tap)
        self.running.server.on_call = self.hear

    def _tap(self, user: int, turn: int) -> Question | None:
        racer = turn * USERS + user
        return self._taps[racer] if racer < RACERS else None

    def hear(self, method: str, params: Mapping[str, str]) -> None:
        """Note somebody's answer; an edit that only brings her card up to date is none."""
        if method == "editMessageText" and params["message_id"] == str(self.number) and _tells(params):
            self.answers.setdefault(int(params["chat_id"]), params)
            self.crowd.on_call(method, params)

    async def all_at_once(self) -> Figures:
        """Let everybody tap in the same instant."""
        used, begin = self.running.cpu, perf_counter()
        for racer in range(RACERS):
            self.crowd.ask(racer % USERS, begin)
        await self._answered()
        return {
            "rate": RACERS / max(self.crowd.waits),
            "cpu": (self.running.cpu - used) / RACERS * 1000,
            "slowest": max(self.crowd.waits),
        }

    async def one_after_the_other(self) -> Figures:
        """Let 32 wait at any time until everybody had her turn."""
        self.crowd.begin()
        await self._answered()
        return {"p95": quantile(self.crowd.waits, 95) * 1000}

    async def _answered(self) -> None:
        done = self.crowd.waits
        await until(lambda: len(done) == RACERS, PATIENCE, lambda: f"{len(done)} of {RACERS} were answered")

    async def calm(self) -> None:
        """Wait until nothing more is sent."""
        before = -1
        while before != self.running.server.calls:
            before = self.running.server.calls
            await asyncio.sleep(CALM)

    def judgement(self) -> Figures:
        """Compare what the database holds with what people were told."""
        store = Store(self.running.url, Clock())
        with store.read() as session:
            query = select(Person.telegram_id).join(SignUp)
            query = query.where(SignUp.shift_id == self.shift, SignUp.state == SignUpState.CONFIRMED)
            on_it = list(session.exec(query))
            taken = session.get_one(Shift, self.shift).taken
        store.close()
        wrong = not (len(on_it) == len(set(on_it)) == taken == PLACES)
        racers = range(FIRST_USER, FIRST_USER + RACERS)
        told = sum(self._was_told(racer, racer in set(on_it)) for racer in racers)
        return {"races": 1, "wrong": wrong, "untold": RACERS - told}

    def _was_told(self, racer: int, has_place: bool) -> bool:
        """Whether somebody was told what is true, and if she has no place, why and what she can do."""
        answer = self.answers.get(racer)
        if answer is None or (REASON in answer["text"]) == has_place:
            return False
        rows = json.loads(answer["reply_markup"])["inline_keyboard"]
        captions = [button["text"] for row in rows for button in row]
        return len(captions) > 1 and has_place != (NEXT_STEP in captions)


def _tells(params: Mapping[str, str]) -> bool:
    return REASON in params["text"] or GIVE_BACK in params.get("reply_markup", "")


async def races(bench: Bench) -> Figures:
    """Race as often as planned in each of three ways."""
    town, found = bench.racing_town, []
    async with bench.on_sqlite(town) as running:
        for number, shift in enumerate(town.made["races"]):
            race = Race(running, town, shift, number + 1)
            taken = await WAYS[number % len(WAYS)](race)
            await race.calm()
            found.append({**taken, **race.judgement()})
    return _together(found)


async def _holding(race: Race) -> Figures:
    """All at once; the town's maker gave everybody a card of each of these shifts."""
    return {f"held_{key}": value for key, value in (await race.all_at_once()).items()}


WAYS: tuple[Callable[[Race], Awaitable[Figures]], ...] = (Race.all_at_once, Race.one_after_the_other, _holding)


def _together(found: list[dict[str, float]]) -> Figures:
    whole: dict[str, float] = {key: sum(run[key] for run in found) for key in ("races", "wrong", "untold")}
    for key in ("rate", "cpu", "slowest", "p95", "held_rate", "held_cpu"):
        whole[key] = statistics.median(run[key] for run in found if key in run)
    return whole

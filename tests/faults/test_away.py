"""Telegram away for six hours: nothing is lost or doubled, and who tapped in vain is asked to tap again."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.core.inbox import InboxState, Incoming
from bot.core.outbox import Outgoing, State
from bot.core.store import Store
from bot.features.shifts.models import SignUp, SignUpState
from tests.faults import LONG, seed
from tests.faults.living import LivingTown
from tests.faults.visits import HELP
from tests.features.announcements import crowd
from tests.support.town import Someone, plain
from tests.support.virtual_time import run_virtually

AWAY = timedelta(hours=6)
HELPERS, OTHERS = (60, 20) if LONG else (8, 4)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 if LONG else 180)]


@dataclass
class Scene:
    """A town with a shift to come that everybody was told of, and one with people on it whose reminder falls due."""

    town: LivingTown
    carla: Someone
    helpers: list[Someone]
    others: list[Someone]
    soon: int = 0
    later: int = 0


async def told(store: Store) -> Scene:
    """Begin the day."""
    town = LivingTown(store)
    town.begin()
    carla = await crowd.desk(town)
    helpers = [await crowd.helper(town, 1000 + n, f"V{n}") for n in range(HELPERS)]
    others = [await town.someone(3000 + n, f"N{n}", "en") for n in range(OTHERS)]
    scene = Scene(town, carla, helpers, others)
    soon = await crowd.drafted(town, carla, town.clock.now() + AWAY + timedelta(hours=2), most=HELPERS)
    await carla.presses("Publish and tell")
    await asyncio.sleep(30)
    for who in helpers[::2]:
        await who.presses("I'm in")
    later = await crowd.drafted(town, carla, town.clock.now() + timedelta(days=3), most=HELPERS)
    await carla.presses("Publish and tell")
    await asyncio.sleep(60)
    scene.soon, scene.later = soon.key, later.key
    return scene


async def six_hours_away(scene: Scene, dice: random.Random) -> Counter[int]:
    """Cut the line; people go on tapping and writing. Return how often each asked for help."""
    town, asked = scene.town, Counter[int]()
    town.line.cut = True
    await asyncio.sleep(60)  # the long poll that was under way is over
    town.loop.coarsen(0 if LONG else 30)
    until = town.clock.now() + AWAY
    while town.clock.now() < until:
        who = dice.choice([*scene.helpers, *scene.others])
        if dice.random() < 0.5:
            town.telegram.say(who.id, "/help")
            asked[who.id] += 1
        elif who in scene.helpers:
            message, data = who._find("I'm in")
            town.telegram.press(who.id, message.message_id, data)
        await asyncio.sleep(dice.uniform(60, 600))
    await asyncio.sleep(200)  # now Telegram has dropped every tap
    town.loop.coarsen(0)
    town.line.cut = False
    return asked


def seen(who: Someone, text: str) -> int:
    """How many of the messages she has say this."""
    return sum(text in plain(message.text) for message in who.screens)


def test_six_hours_without_telegram_lose_and_double_nothing_and_lost_taps_are_asked_for(store: Store) -> None:
    async def main() -> str:
        dice = random.Random(seed())
        scene = await told(store)
        asked = await six_hours_away(scene, dice)
        seconds = await again_at_work(scene, asked)
        await judge(scene, asked)
        await scene.town.end()
        return f"{asked.total()} messages written meanwhile, all answered {seconds:.0f} s after the return"

    print(run_virtually(main()))


async def again_at_work(scene: Scene, asked: Counter[int]) -> float:
    """Wait until everybody has the answers she asked for; return how many seconds that took."""
    begin = scene.town.loop.time()
    async with asyncio.timeout(120):  # of the town: the longest pause between two tries to poll is 30 seconds
        while any(seen(who, HELP) < asked[who.id] for who in (*scene.helpers, *scene.others)):
            await asyncio.sleep(1)
    seconds = scene.town.loop.time() - begin
    await asyncio.sleep(180)
    return seconds


async def judge(scene: Scene, asked: Counter[int]) -> None:
    """Everything once, nothing lost, and the taps made again count."""
    everybody = (*scene.helpers, *scene.others)
    assert [seen(who, HELP) for who in everybody] == [asked[who.id] for who in everybody]
    assert [seen(who, "We were away from") for who in everybody] == [1] * HELPERS + [0] * OTHERS
    assert seen(scene.carla, "We were away from") == 1
    assert [seen(who, "You are expected soon") for who in scene.helpers] == [1, 0] * (HELPERS // 2)
    for who in scene.helpers:
        await who.presses("I'm in")
    with scene.town.store.read() as session:
        on = session.exec(select(SignUp.state).where(SignUp.shift_id == scene.later)).all()
        assert Counter(on) == {SignUpState.CONFIRMED: HELPERS}
        assert set(session.exec(select(Incoming.state))) == {InboxState.DONE}
        assert session.exec(select(Outgoing.kind, Outgoing.state).where(Outgoing.state != State.SENT)).all() == []

"""Evening: what goes on in the town while the bot dies again and again."""

import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.outbox import Lane, Message
from bot.core.store import Store
from tests.faults.furnishing import (
    COORDINATOR,
    broadcast,
    enter,
    furnish,
    ids,
    open_shift,
    person,
    put_on,
    reminder,
)
from tests.faults.killing import noon
from tests.faults.witness import Witness

LISTENERS, REGULARS = ids(6000, 30), ids(7000, 30)  # Telegram ids: who is told of needs, and who often helps
VOLUNTEER = 10_000  # the first one's Telegram id
PLACES, AT_THE_DOOR = 6, 12  # places of a shift, and how many people want one
REMINDED = 5  # people on a shift that is about to begin
Deed = Callable[[], Coroutine[Any, Any, None]]


@dataclass
class Evening:
    """What goes on: after each kill (or stop) some of it. ``length`` is how many there will be."""

    store: Store
    witness: Witness
    chance: random.Random
    length: int
    shifts: list[int] = field(default_factory=list)
    leavers: set[int] = field(default_factory=set)
    once: int = 0
    soon: list[int] = field(default_factory=list)  # shifts whose reminder became due
    broadcasts: list[int] = field(default_factory=list)
    _plan: dict[int, list[Deed]] = field(default_factory=dict)

    async def begin(self) -> None:
        """Enter everybody and plan the evening."""
        self.store.zone = ZoneInfo(noon())
        furnish(self.store, LISTENERS, REGULARS)
        await self.witness.begins("here", users=[COORDINATOR, *LISTENERS, *REGULARS])
        for number in range(self.people):
            self._at(lambda number=number: self._volunteer(number))  # type: ignore[misc]
        for often, deed in ((16, self._copy), (2, self._once), (20, self._remind)):
            for _ in range(max(2, self.length // often)):
                self._at(deed)
        for _ in range(2):  # more in a week nobody gets
            self._at(self._broadcast)

    @property
    def people(self) -> int:
        """How many volunteers come."""
        return max(2, self.length // (2 * AT_THE_DOOR)) * AT_THE_DOOR

    def _at(self, deed: Deed) -> None:
        # The last tenth is quiet: what is late by then must be done, too.
        self._plan.setdefault(self.chance.randrange(max(1, self.length * 9 // 10)), []).append(deed)

    async def goes_on(self, number: int) -> None:
        """Let happen what happens after this kill."""
        for deed in self._plan.get(number, ()):
            await deed()

    async def _volunteer(self, number: int) -> None:
        if number // AT_THE_DOOR >= len(self.shifts):
            with self.store.unit_of_work() as uow:
                self.shifts.append(open_shift(uow, "caritas", PLACES, timedelta(days=5)))
        # People come in any order, so that all shifts fill up side by side.
        shift_id = self.shifts[self.chance.randrange(len(self.shifts))]
        leaves = self.chance.random() < 0.25
        user_id = VOLUNTEER + number
        if leaves:
            self.leavers.add(user_id)
        with self.store.unit_of_work() as uow:
            enter(uow, user_id, "homework")
        times = 2 if number % 5 == 0 else 1
        await self.witness.begins("volunteer", user_id=user_id, shift_id=shift_id, leaves=leaves, times=times)

    async def _copy(self) -> None:
        await self.witness.begins("coordinator", user_id=COORDINATOR)

    async def _once(self) -> None:
        """Somebody is to be told something that must not come twice, rather not at all."""
        self.once += 1
        with self.store.unit_of_work() as uow:
            told = person(uow, self.chance.choice(REGULARS))
            message = Message("shift", f"once:{self.once}", {"id": 1}, lane=Lane(self.chance.randrange(3)), once=True)
            assert uow.outbox.tell(told, message)

    async def _remind(self) -> None:
        """A shift is about to begin, and its reminder is due now."""
        with self.store.unit_of_work() as uow:
            shift_id = open_shift(uow, "caritas", REMINDED, timedelta(hours=2))
            for user_id in self.chance.sample(REGULARS, REMINDED):
                put_on(uow, shift_id, user_id)
            uow.due.plan(reminder(uow, shift_id))
        self.soon.append(shift_id)

    async def _broadcast(self) -> None:
        """A broadcast's hold is over now."""
        with self.store.unit_of_work() as uow:
            self.broadcasts.append(broadcast(uow))

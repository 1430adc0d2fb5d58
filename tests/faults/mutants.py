"""Mutants: genuine updates of every kind the Bot API knows, spoiled at random places."""

import copy
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from tests.faults.genuine import MARKER

Json = dict[str, Any]
Slot = tuple[Any, Any]  # a list or object, and the index or key of one value in it

STRINGS: list[str] = [
    "",
    "\u0000",
    "\ud800",  # half of a surrogate pair: JSON may hold it, no encoding may
    "\u202e" + MARKER + "\u2066",
    "e" + "\u0301" * 500,
    "👩‍👩‍👧‍👦" * 300,
    MARKER * 400,
    "%s%n{0}{name}</b><b>&amp;'\";--",
    "/start " + "A" * 500,
    "/start@" + MARKER,
    "NaN",
    "-1",
    "١٢٣",
    "0x10",
]
NUMBERS: list[Any] = [0, -1, 1, 2**31, -(2**31) - 1, 2**53 + 1, 2**62, 2**63, -(2**63) - 1, 10**30, -0.0, 1.5, 1e308]
OTHERS: list[Any] = [None, True, False, [], {}, [None], {"id": MARKER}, [[]], float("nan"), float("inf")]
KEYS = ["", "self", "bot", "api_kwargs", "__class__", "from_user", "chat_id", "callback_query", "\u0000", MARKER]


class Mutator:
    """Makes mutants; the same seed makes the same ones."""

    def __init__(self, corpus: Sequence[Json], seed: int) -> None:
        self.chance = random.Random(seed)
        self._sources = [json.dumps(update) for update in corpus]
        self._spare = [holder[key] for update in corpus for holder, key in slots(copy.deepcopy(update))]
        self._ways = (self._drop, self._replace, self._replace, self._nest, self._double, self._rename, self._bend)

    def mutant(self, update_id: int) -> Json:
        """Spoil one genuine update in one to four places; its number stays sound, so that it is kept."""
        update: Json = json.loads(self.chance.choice(self._sources))
        for _ in range(self.chance.choice((1, 1, 1, 2, 2, 4))):
            found = list(slots(update))
            if found:
                self.chance.choice(self._ways)(*self.chance.choice(found))
        if self.chance.random() < 0.01:
            self._burrow(update)
        update["update_id"] = update_id
        return update

    def _drop(self, holder: Any, key: Any) -> None:
        del holder[key]

    def _replace(self, holder: Any, key: Any) -> None:
        pool = self.chance.choice((STRINGS, NUMBERS, OTHERS, self._spare))
        holder[key] = copy.deepcopy(self.chance.choice(pool))

    def _nest(self, holder: Any, key: Any) -> None:
        value = holder[key]
        for _ in range(self.chance.choice((1, 1, 2, 60))):
            value = self.chance.choice(([value], {"id": value}))
        holder[key] = value

    def _double(self, holder: Any, key: Any) -> None:
        if isinstance(holder, list):
            holder.extend([holder[key]] * self.chance.choice((1, 50)))
        else:
            holder[self.chance.choice(list(holder))] = holder[key]

    def _rename(self, holder: Any, key: Any) -> None:
        if isinstance(holder, dict):
            holder[self.chance.choice(KEYS)] = holder.pop(key)

    def _bend(self, holder: Any, key: Any) -> None:
        """Change a value into a near one of its own type: the parser lets such pass."""
        value = holder[key]
        if isinstance(value, bool):
            holder[key] = not value
        elif isinstance(value, int):
            holder[key] = self.chance.choice((-value, value + 1, value * 10**6, -1000000000000 - value))
        elif isinstance(value, str):
            cut = self.chance.randrange(len(value) + 1)
            strange = self.chance.choice(STRINGS)
            holder[key] = self.chance.choice((value[:cut], value[cut:], value[:cut] + strange + value[cut:], value * 9))

    def _burrow(self, update: Json) -> None:
        """Let a message answer a message that answers a message ..."""
        for holder, key in slots(update):
            if key in {"message", "reply_to_message"} and isinstance(holder[key], dict):
                for _ in range(self.chance.choice((3, 30, 300))):
                    holder[key] = {**holder[key], "reply_to_message": holder[key]}
                return


def slots(value: Any) -> Iterator[Slot]:
    """All places in a JSON value, down to a depth where Python's own stack is in no danger."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        holder, depth = waiting.pop()
        pairs = list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder))
        for key, inner in pairs:
            yield holder, key
            if isinstance(inner, dict | list) and depth < 20:
                waiting.append((inner, depth + 1))

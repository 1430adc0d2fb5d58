"""How much is measured: the usual run of a few minutes, and the long one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Rounds and seconds, and how many people, messages and updates each kind of run has."""

    rounds: int = 3
    warm: float = 0.6  # seconds before a closed loop is measured
    seconds: float = 2.4  # that it is measured
    steady: int = 300  # updates of an open loop
    readers: int = 3000  # of a broadcast at the usual limit
    paid: int = 5000  # messages at the paid limit
    races: int = 1  # in each round, of each of three ways
    memory: tuple[int, ...] = (2000,)  # after so many updates it is looked at


LONG = Plan(rounds=5, warm=1.0, seconds=8.0, steady=1000, paid=10_000, races=7, memory=(2000, 20_000))

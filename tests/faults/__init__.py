"""Faults: killed processes, broken connections, storms; the double's ledger is the judge.

The short form runs with the other tests; ``make faults`` sets LOTSE_TEST_LONG for the long one. LOTSE_TEST_SEED
replays the dice of a printed seed.
"""

import os
import random

LONG = bool(os.environ.get("LOTSE_TEST_LONG"))


def seed() -> int:
    """Return the seed of this run's dice, and print it."""
    chosen = int(os.environ.get("LOTSE_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"\nseed {chosen}")
    return chosen

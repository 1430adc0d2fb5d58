"""The long run: every test of this folder in its long form, on both databases; prints seed and counts.

LOTSE_TEST_SEED replays the dice of an earlier run, whose seed was printed. What follows on the command line goes to
pytest: ``make faults ARGS="-k kills"``.
"""

import os
import random
import sys

import pytest

if __name__ == "__main__":
    os.environ["LOTSE_TEST_LONG"] = "1"
    seed = os.environ.setdefault("LOTSE_TEST_SEED", str(random.SystemRandom().randrange(1, 10**6)))
    print(f"LOTSE_TEST_SEED={seed}", flush=True)
    sys.exit(pytest.main(["-s", "-v", "-p", "no:randomly", "--timeout=3600", "tests/faults", *sys.argv[1:]]))

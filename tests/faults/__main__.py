"""The long run: a thousand kills on each database; prints seed, kills and counts.

LOTSE_TEST_KILLS and LOTSE_TEST_SEED choose other numbers; a printed seed replays its order of taps and kills.
"""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ.setdefault("LOTSE_TEST_KILLS", "1000")
    sys.exit(pytest.main(["-s", "-q", "-p", "no:randomly", "--timeout=3600", "tests/faults", *sys.argv[1:]]))

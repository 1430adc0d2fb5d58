"""Runs Lotse as its operators do, but for the upper bound of LOTSE_RATE: the yardstick does not pace itself either."""

import sys

from bot.cli import main
from bot.settings import Settings

if __name__ == "__main__":
    Settings.model_fields["rate"].metadata.clear()
    Settings.model_rebuild(force=True)
    sys.exit(main(["run", *sys.argv[1:]]))

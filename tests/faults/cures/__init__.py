"""The table of cures: what is done against each known failure of bots of this kind, switched off one at a time.

Cures that consist in not using a part of a library are rules of the project's shape; their entries switch the rule off.
"""

from tests.faults.cures import messages, people, storage, times, updates
from tests.faults.cures.switching import Cure

CURES: tuple[Cure, ...] = (*updates.CURES, *messages.CURES, *times.CURES, *storage.CURES, *people.CURES)

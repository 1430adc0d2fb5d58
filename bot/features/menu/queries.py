"""What somebody is here for."""

from sqlmodel import not_, or_

from bot.core.condition import GRANTED, Condition
from bot.features.volunteers.queries import IS_VOLUNTEER

IS_UNDECIDED: Condition = not_(or_(GRANTED, IS_VOLUNTEER))  # no role yet, so that the first question is still open

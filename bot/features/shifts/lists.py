"""Lists of shifts: a volunteer's, everybody's to come, a coordinator's; a page of each is one statement."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Executable, bindparam, case, literal, not_
from sqlmodel import Session, col, select

from bot.core.columns import UtcDateTime
from bot.core.condition import PERSON
from bot.core.paging import MOST, SKIP, Page, in_turn, read_page
from bot.core.wall import wall_values
from bot.features.shifts.models import Shift, ShiftLanguage, ShiftState, SignUp, SignUpState
from bot.features.shifts.queries import BY_START, HER_ANSWER, HERS, NOW, OPEN, SHIFTS, STARTS, Offered
from bot.features.volunteers.queries import suits

PER_PAGE, PAST_SHOWN = 5, 4

_since = bindparam("since", type_=UtcDateTime)
_needed = select(ShiftLanguage.language).where(ShiftLanguage.shift_id == Shift.id)
_fits = suits(col(Shift.activity_id), STARTS, _needed)
_declined = col(Shift.id).in_(
    select(SignUp.shift_id).where(SignUp.person_id == PERSON, SignUp.state == SignUpState.DECLINED)
)


def _search(rank: ColumnElement[int], *conditions: ColumnElement[bool]) -> Any:
    found = select(col(Shift.id), rank.label("rank"), STARTS).where(OPEN, STARTS > NOW, *conditions)
    return found.order_by(*BY_START)


_offered = in_turn(
    _search(literal(0), not_(_declined), _fits),
    _search(literal(1), not_(_declined), not_(_fits)),
    _search(case((_fits, 2), else_=3), _declined).order_by(None).order_by("rank", *BY_START),
)
OFFERED = (
    SHIFTS.add_columns(_offered.c.rank.in_((0, 2)), SignUp)
    .join(_offered, _offered.c.id == col(Shift.id))
    .outerjoin(SignUp, HER_ANSWER)
    .order_by(_offered.c.rank, *BY_START)
)
A_PAGE_OF_HERS = HERS.limit(MOST).offset(SKIP)
_of = col(Shift.organisation_id).in_(bindparam("organisations", expanding=True))
_ours = SHIFTS.where(_of, col(Shift.state) != ShiftState.CANCELLED)
COMING = _ours.where(STARTS > NOW).order_by(*BY_START).limit(MOST).offset(SKIP)
PAST = _ours.where(STARTS <= NOW, _since < STARTS).order_by(STARTS.desc(), col(Shift.id)).limit(MOST)


def open_shifts_for(session: Session, person_id: int, now: datetime, zone: ZoneInfo, number: int) -> Page[Offered]:
    """Return a page of all open shifts to come: what fits her first, what she declined last, each by its start."""
    return _page(session, OFFERED, {"person": person_id, "now": now, **wall_values(zone, now)}, number)


def _page(session: Session, query: Executable, values: dict[str, Any], number: int) -> Page[Offered]:
    found = read_page(session, query, values, number, PER_PAGE)
    return Page([Offered(*row) for row in found.items], found.more)


def page_of_mine(session: Session, person_id: int, now: datetime, number: int) -> Page[Offered]:
    """Return a page of ``shifts_of``."""
    return _page(session, A_PAGE_OF_HERS, {"person": person_id, "now": now}, number)


def page_of_ours(session: Session, organisation_ids: list[int], now: datetime, number: int) -> Page[Offered]:
    """Return a page of these organisations' shifts to come, drafts too and cancelled ones not, by their start."""
    return _page(session, COMING, {"organisations": organisation_ids, "now": now}, number)


def past_shifts(session: Session, organisation_ids: list[int], now: datetime, back: timedelta) -> list[Offered]:
    """Return the last few of these organisations' shifts that began within that time before ``now``, latest first."""
    values = {"organisations": organisation_ids, "now": now, "since": now - back, "most": PAST_SHOWN}
    return [Offered(*row) for row in session.execute(PAST, values)]

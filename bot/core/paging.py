"""Paging: a part of a list; the database cuts it out where the list may be long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import CTE, ColumnElement, Executable, Integer, Subquery, bindparam, func, select, union_all
from sqlmodel import Session

T = TypeVar("T")
MOST, SKIP = bindparam("most", type_=Integer), bindparam("skip", type_=Integer)  # in statements for read_page


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list; ``more`` is the number of the next page, the first after the last, nothing if all fits."""

    items: Sequence[T]
    more: int | None = None


def page_of(items: Sequence[T], number: int, size: int) -> Page[T]:
    """Cut a page out of a list; a number that is no more means the first."""
    number = number if 0 <= number * size < len(items) else 0
    first = number * size
    return _page(items[first : first + size + 1], number, size)


def read_page(session: Session, query: Executable, values: Mapping[str, Any], number: int, size: int) -> Page[Any]:
    """Read a page of a statement that takes at most ``MOST`` rows behind the first ``SKIP``."""
    # One more than is shown tells whether there is a next page.
    rows = session.execute(query, {**values, "most": size + 1, "skip": max(0, number) * size}).all()
    if number and not rows:
        return read_page(session, query, values, 0, size)
    return _page(rows, number, size)


def in_turn(*searches: Any) -> Subquery:
    """Put one search behind the other, for a page of them all: each begins only where those before do not fill it.

    Each selects a row's number, its rank and what it is ordered by within that, and is in that order itself.
    """
    found: list[CTE] = []
    missing: ColumnElement[int] = MOST + SKIP
    for search in searches:
        found.append(search.limit(missing).cte())
        missing = missing - select(func.count()).select_from(found[-1]).scalar_subquery()
    whole = union_all(*(select(one) for one in found)).subquery()
    number, *order = whole.c
    return select(whole).order_by(*order, number).limit(MOST).offset(SKIP).subquery()


def _page(items: Sequence[T], number: int, size: int) -> Page[T]:
    following = number + 1 if len(items) > size else 0
    return Page(items[:size], following if following or number else None)

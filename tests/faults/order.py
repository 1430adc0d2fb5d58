"""Order: what each person is answered comes in the order of what she did."""

from sqlmodel import Session, col, select

from bot.core.outbox import Outgoing
from bot.core.store import Store
from tests.faults.witness import Ledger


def judge_order(store: Store, ledger: Ledger) -> int:
    """Hold the first arrival of every answer against the order in which they were written; return how many there were.

    What is sent a second time after a fall is not looked at: that may come late.
    """
    with store.read() as session:
        answers = _answers(session)
    arrived: dict[int, list[int]] = {}
    for call in ledger.calls:
        row = int(call["params"].get("business_connection_id", 0))
        if call["outcome"] == "ok" and row in answers:
            seen = arrived.setdefault(int(call["chat_id"]), [])
            if row not in seen:
                seen.append(row)
    for chat_id, rows in arrived.items():
        assert rows == sorted(rows), (chat_id, rows)
    return sum(map(len, arrived.values()))


def _answers(session: Session) -> set[int]:
    rows = session.exec(select(Outgoing.id).where(col(Outgoing.key).startswith("answer:"))).all()
    return {row for row in rows if row}

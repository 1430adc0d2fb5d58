"""Planning a shift's reminders and sending them; only jobs call these."""

from sqlmodel import select

from bot.core.due import Appointment, DueRow, DueState
from bot.core.outbox import Lane, Message
from bot.core.store import UnitOfWork
from bot.features.reminders import queries, rules
from bot.features.shifts.models import SignUpState
from bot.features.shifts.queries import shift as shift_of
from bot.features.shifts.queries import signed_up


def plan_reminders(uow: UnitOfWork, shift_id: int) -> int:
    """Plan the reminders of a shift as it is now, in place of those of an earlier revision; return how many.

    A revision is planned once: what was done, missed or left out of it is not planned again.
    """
    shift = shift_of(uow.session, shift_id)
    revision = shift.revision if shift else -1
    done = select(DueRow.id).where(DueRow.kind == queries.DUE, DueRow.entity == shift_id, DueRow.revision == revision)
    if uow.session.exec(done).first() is not None:
        return 0
    uow.due.drop(queries.DUE, shift_id)
    if shift is None or not shift.is_open:
        return 0
    planned = rules.decide_reminders(shift.starts_at, uow.now, uow.zone)
    for each in planned:
        uow.due.plan(
            Appointment(
                kind=queries.DUE,
                at=each.at,
                entity=shift_id,
                revision=revision,
                step=each.step,
                args={"step": each.step, "now": each.at == uow.now},
                wall=f"{each.at.astimezone(uow.zone):%Y-%m-%d %H:%M} {uow.zone.key}",
                expires_at=each.expires_at,
            )
        )
    return len(planned)


def remind(uow: UnitOfWork, row: DueRow) -> int:
    """Ask everybody who has a place whether she comes; return how many.

    Nobody is asked for a revision that is no more. If the night lasts until it is useless, the row says so.
    """
    shift = shift_of(uow.session, row.entity)
    if shift is None or not shift.is_open or shift.revision != row.revision:
        return 0
    window = rules.decide_window(uow.now, row.expires_at or shift.starts_at, uow.zone)
    if window is None:
        row.state = DueState.EXPIRED
        return 0
    topic = queries.topic_of(shift)
    step = row.args["step"]
    message = Message(
        kind=queries.MESSAGE,
        key=f"{topic}:{step}",
        args={"id": shift.key, "revision": shift.revision, "step": step},
        lane=Lane.REMINDER,
        topic=topic,
        not_before=window[0],
        expires_at=window[1],
    )
    # Whoever was just asked whether the new time suits her is not asked twice in a minute.
    asked = bool(row.args.get("now"))
    confirmed = signed_up(uow.session, shift.key, SignUpState.CONFIRMED)
    people = [person for sign_up, person in confirmed if not (asked and sign_up.must_reconfirm)]
    return sum(uow.outbox.tell(person, message) for person in people)

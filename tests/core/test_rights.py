"""A right holds from the moment it is given to the moment it is taken, also within one unit of work."""

from bot.core.person import Person, Role, grant, has_role, revoke
from bot.core.store import Store


def test_a_right_is_there_at_once_and_gone_at_once(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = Person(telegram_id=7, created_at=uow.now, seen_at=uow.now)
        uow.session.add(person)
        uow.session.flush()
        held = [has_role(uow.session, person.key, Role.ADMIN)]
        grant(uow.session, person.key, Role.ADMIN, 0, uow.now)
        held.append(has_role(uow.session, person.key, Role.ADMIN))
        revoke(uow.session, person.key, Role.ADMIN, 0)
        held.append(has_role(uow.session, person.key, Role.ADMIN))
    assert held == [False, True, False]


def test_a_right_taken_elsewhere_is_gone_with_the_next_transaction(store: Store) -> None:
    with store.unit_of_work() as uow:
        person = Person(telegram_id=7, created_at=uow.now, seen_at=uow.now)
        uow.session.add(person)
        uow.session.flush()
        grant(uow.session, person.key, Role.ADMIN, 0, uow.now)
    with store.read() as session:
        assert has_role(session, person.key, Role.ADMIN)
    with store.unit_of_work() as uow:
        revoke(uow.session, person.key, Role.ADMIN, 0)
    with store.read() as session:
        assert not has_role(session, person.key, Role.ADMIN)

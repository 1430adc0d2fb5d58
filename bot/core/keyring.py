"""Keyring: the secret that signs buttons and hashes invitations, made on first start and kept in the store."""

import hashlib
import hmac
import secrets

from sqlalchemy import text
from sqlmodel import Field, Session, SQLModel, col, select


class Secret(SQLModel, table=True):
    """One generation of the secret; a restore from backup adds one, which ends every older button and link."""

    generation: int | None = Field(default=None, primary_key=True)
    value: str


class Keyring:
    """Makes keyed hashes, each purpose with a key of its own."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def key(self, purpose: str) -> bytes:
        """Derive the key of one purpose."""
        return hmac.digest(self._secret, purpose.encode(), hashlib.sha256)

    def hash(self, purpose: str, value: str) -> str:
        """Return the keyed hash of a value, as hexadecimal."""
        return hmac.new(self.key(purpose), value.encode(), hashlib.sha256).hexdigest()


def open_keyring(session: Session) -> Keyring:
    """Return the keyring of the newest generation, making the first one where there is none."""
    newest = session.exec(select(Secret).order_by(col(Secret.generation).desc())).first()
    return Keyring((newest or _first(session)).value)


def all_keyrings(session: Session) -> list[Keyring]:
    """Return the keyrings of all generations, the oldest first, making the first one where there is none.

    The oldest is for what must be recognised across restores: every backup has it, whenever it was made. Buttons and
    invitations must never be read with any but the newest.
    """
    found = session.exec(select(Secret).order_by(col(Secret.generation))).all()
    return [Keyring(secret.value) for secret in found or [_first(session)]]


def begin_generation(session: Session) -> None:
    """End every older button and invitation; only a restore does this."""
    _add(session)


def _first(session: Session) -> Secret:
    """Make the first secret, or find the one that another process, started at the same moment, has just made."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("LOCK TABLE secret IN EXCLUSIVE MODE"))
    return session.exec(select(Secret).order_by(col(Secret.generation))).first() or _add(session)


def _add(session: Session) -> Secret:
    made = Secret(value=secrets.token_urlsafe(32))
    session.add(made)
    session.flush()
    return made

"""Keyring: the secret that signs buttons and hashes invitations, made on first start and kept in the store."""

import hashlib
import hmac
import secrets

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
    if newest is None:
        newest = Secret(value=secrets.token_urlsafe(32))
        session.add(newest)
        session.flush()
    return Keyring(newest.value)

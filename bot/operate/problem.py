"""Problem: something an operator has to mend; said in one line, without a traceback."""

BROKEN, WRONG, BUSY = 1, 2, 3  # exit codes: it failed; it was asked or set wrongly; another instance is at work


class Problem(Exception):
    """What is wrong and how to mend it, in one line, with the exit code."""

    def __init__(self, line: str, code: int = BROKEN) -> None:
        super().__init__(line)
        self.code = code


def explained(error: Exception) -> Problem | None:
    """Return what an operator has to mend for an error to go away; nothing for a mistake of ours."""
    # Imported here, because help and mistyped verbs are answered without them.
    from sqlalchemy.exc import SQLAlchemyError

    from bot.core.store import StoreUnavailable
    from bot.settings import SettingsError

    if isinstance(error, Problem):
        return error
    if isinstance(error, SettingsError):
        return Problem(str(error), WRONG)
    if isinstance(error, StoreUnavailable | SQLAlchemyError):
        # Its own text holds statements and values.
        return Problem(f"The database failed ({type(error).__name__}); check LOTSE_DATABASE_URL, or run: lotse check")
    return None

"""Problem: something an operator has to mend; said in one line, without a traceback."""

BROKEN, WRONG, BUSY = 1, 2, 3  # exit codes: it failed; it was asked or set wrongly; another instance is at work


class Problem(Exception):
    """What is wrong and how to mend it, in one line, with the exit code."""

    def __init__(self, line: str, code: int = BROKEN) -> None:
        super().__init__(line)
        self.code = code

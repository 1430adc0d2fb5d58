"""The hidden ledger: every call a bot made, what became of it and which message it produced."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from bot.demo.values import Json, Upload


@dataclass(frozen=True)
class Call:
    """One call of the Bot API.

    `outcome` is "ok", the description of the refusal, or "cut" for a call that never arrived. `fault` names
    the fault that struck, so an executed call whose answer was lost has outcome "ok", fault "lost_answer".
    """

    number: int
    method: str
    chat_id: int | None
    params: Json
    at: datetime
    status: int = 200
    outcome: str = "ok"
    effect_message_id: int | None = None
    fault: str = ""

    @property
    def ok(self) -> bool:
        """True when the call took effect."""
        return self.outcome == "ok"

    def to_json(self) -> Json:
        """The call without file contents, for the page and for tests in another process."""
        return {**asdict(replace(self, params={})), "at": self.at.isoformat(), "params": plain(self.params)}


@dataclass
class Ledger:
    """All calls in the order in which they were decided; good getUpdates are only counted in `polls`."""

    calls: list[Call] = field(default_factory=list)
    polls: int = 0

    def note(self, call: Call) -> None:
        """Add a call."""
        if call.method == "getUpdates":
            self.polls += 1
            if call.ok and not call.fault:
                return
        self.calls.append(replace(call, number=len(self.calls) + 1))

    def of(self, *methods: str) -> list[Call]:
        """The calls of these methods that took effect."""
        return [call for call in self.calls if call.method in methods and call.ok]

    def refused(self) -> list[Call]:
        """The calls that did not take effect."""
        return [call for call in self.calls if not call.ok]

    def clear(self) -> None:
        """Forget everything."""
        self.calls.clear()
        self.polls = 0


def plain(value: object) -> object:
    """The value with files replaced by their name and size, so that it can be written as JSON."""
    if isinstance(value, Upload):
        return {"file": value.filename, "bytes": len(value.content), "mime": value.mime}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value

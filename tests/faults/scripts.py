"""Scripts for the model: what people do, and what becomes of it on the way; drawn by Hypothesis."""

from typing import NamedTuple, TypeVar

from hypothesis import strategies as st

# Who is who, by number.
VOLUNTEERS, LATER, NEWCOMERS, BUDDIES = (0, 1, 2, 3, 7), 4, (5, 6), (7, 1)
COORDINATOR, ADMIN = 8, 9
EVERYBODY = range(10)
T = TypeVar("T")
BREAK = ("pause", "resume", "resume")
SHIFTS, LINKS = 4, 3  # the last shift is a draft, and there is a link too many: a wrong one


class Tap(NamedTuple):
    """A tap on a button about something, perhaps on an older screen."""

    who: int
    button: str
    which: int = 0
    arg: int = 0
    old: bool = False


class Words(NamedTuple):
    """Something typed."""

    who: int
    text: str


class Fate(NamedTuple):
    """What becomes of an update: Telegram may deliver it twice, behind somebody else's, or much later."""

    sent: Tap | Words
    way: str


class Burst(NamedTuple):
    """Updates that come in one batch; ``late`` lets go what was held back before."""

    updates: list[Fate]
    late: bool


class Desk(NamedTuple):
    """A coordinator cancels or moves a shift at her desk."""

    who: int
    what: str
    which: int
    when: int


class Phone(NamedTuple):
    """Somebody blocks the bot, or takes it back."""

    who: int


class Wait(NamedTuple):
    """Time passes; hours of which no sum is a limit of the house."""

    hours: int


Step = Burst | Desk | Phone | Wait


def _one(*of: int) -> st.SearchStrategy[int]:
    return st.sampled_from(of)


def _often(*of: tuple[int, st.SearchStrategy[T]]) -> st.SearchStrategy[T]:
    """One of these, each as often as its number says."""
    return st.sampled_from([which for often, which in of for _ in range(often)]).flatmap(lambda which: which)


def _taps(
    who: tuple[int, ...], buttons: str, which: tuple[int, ...] = (0,), arg: tuple[int, ...] = (0,)
) -> st.SearchStrategy[Tap]:
    """Taps on buttons, named as often as they are tapped; one of four is on an older screen."""
    old = st.sampled_from([False] * 3 + [True])
    return st.builds(Tap, _one(*who), st.sampled_from(buttons.split()), _one(*which), _one(*arg), old)


ON_SHIFTS = _taps(
    (*VOLUNTEERS, LATER),
    "shift.wait shift.wait shift.wait shift.sign_up shift.withdraw shift.withdraw shift.decline shift.reconfirm",
    (0, 0, 0, 1, 2, 3),
)
IN_FORMS = _taps(
    (LATER, LATER, LATER, NEWCOMERS[0], 0),
    "volunteer.consent volunteer.edit" + 9 * " form.go"
    " form.toggle form.pick form.next form.skip form.back form.edit form.confirm form.cancel form.page form.resume",
    arg=(0, 1, 2, 5),
)
IN_PAIRS = _taps(
    (*NEWCOMERS, *BUDDIES), 6 * " buddy.accept" + " buddy.decline buddy.end.sure buddy.end.sure", (0, 0, 0, 1, 1, 2)
)
BY_COORDINATORS = _taps(
    (COORDINATOR, COORDINATOR, ADMIN, 0), "buddy.propose buddy.propose buddy.propose buddy.pair.end", (0, 1), (0, 1)
)
OF_WISHES = _taps((*NEWCOMERS, *BUDDIES), " ".join(f"buddy.{s}.{w}" for s in ("request", "offer") for w in BREAK))
PUBLISHED = _taps((COORDINATOR, ADMIN, 0), "shift.publish", tuple(range(SHIFTS)))
REMOVED = _taps((ADMIN, ADMIN, COORDINATOR), "organisation.remove.sure", (0, 1, 2, LATER, COORDINATOR))
BREAKS = _taps((0, 1, LATER), " ".join(f"volunteer.{way}" for way in BREAK))
WORDS = st.builds(Words, _one(LATER, NEWCOMERS[0], 0), st.sampled_from(["Mira", "12", "Weststadt"]))
FOLLOWED = st.builds(Words, _one(0, LATER), st.sampled_from([f"link {n}" for n in (*range(LINKS + 1), LINKS, LINKS)]))
WAYS = st.sampled_from(["straight"] * 15 + ["doubled"] * 2 + ["behind"] * 2 + ["late"])  # 10 %, 10 %, 5 %
DESKS = st.builds(
    Desk,
    _one(COORDINATOR, ADMIN, 0),
    st.sampled_from(["move", "move", "cancel"]),
    _one(0, 0, 1, 2, 3),
    _one(0, 1, 2, 3),
)
PHONES, WAITS = st.builds(Phone, _one(0, 1, 2, 5, 7)), st.builds(Wait, _one(5, 5, 5, 50))
ANSWERED = st.lists(st.tuples(_one(0, 1), WAYS), min_size=4, max_size=10)


def _bursts(*sent: tuple[int, st.SearchStrategy[Tap | Words]]) -> st.SearchStrategy[list[Step]]:
    fates = st.lists(st.builds(Fate, _often(*sent), WAYS), min_size=2, max_size=8)
    return st.builds(Burst, fates, st.booleans()).map(lambda burst: [burst])


def _filled(who: int, answers: list[tuple[int, str]]) -> list[Step]:
    """Somebody who answers one question after the other."""
    fates = [Fate(Tap(who, "form.go", 0, arg), way) for arg, way in answers]
    return [Burst([fate], False) for fate in (Fate(Tap(who, "volunteer.consent"), "straight"), *fates)]


FORMS = st.builds(_filled, _one(LATER, NEWCOMERS[0]), ANSWERED)
CHANGES: st.SearchStrategy[Step] = _often((2, DESKS), (1, PHONES), (1, WAITS))
NOW_AND_THEN = CHANGES.map(lambda step: [step])
# What a script is about: whoever does a little of everything gets nowhere.
PLACES = (8, _bursts((9, ON_SHIFTS), (1, BREAKS), (1, PUBLISHED))), (3, NOW_AND_THEN)
BUDDIES_MEET = (8, _bursts((6, IN_PAIRS), (3, BY_COORDINATORS), (1, OF_WISHES))), (1, NOW_AND_THEN)
QUESTIONS = (3, _bursts((8, IN_FORMS), (1, WORDS))), (2, FORMS), (1, NOW_AND_THEN)
ROLES = (4, _bursts((6, FOLLOWED), (2, REMOVED), (2, PUBLISHED), (1, BY_COORDINATORS))), (1, NOW_AND_THEN)
THEMES = (PLACES, PLACES, BUDDIES_MEET, QUESTIONS, ROLES, (*PLACES, *BUDDIES_MEET, *QUESTIONS, *ROLES))


def about(theme: tuple[tuple[int, st.SearchStrategy[list[Step]]], ...]) -> st.SearchStrategy[list[Step]]:
    """Scripts about one thing."""
    parts = st.lists(_often(*theme), min_size=6, max_size=16)
    return parts.map(lambda some: [step for part in some for step in part])

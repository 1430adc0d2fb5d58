"""Every word of the coordinators' desk and of invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.message import Button, Html, Screen, lines, paragraphs
from bot.core.person import Person
from bot.core.translation import Translator
from bot.features.organisations.models import Organisation, Place


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk of an organisation shows; ``among_several`` offers the way back to the list."""

    organisation: Organisation
    places: Sequence[Place]
    coordinators: int
    among_several: bool


def home_row(t: Translator) -> tuple[Button, ...]:
    """The way home, always last."""
    return (Button(t.button("🏠 Home"), "home"),)


def _desk_button(t: Translator, organisation: Organisation) -> Button:
    return Button(t.button("🏛 My organisation"), "organisation.desk", organisation.number)


def _back_to_desk(t: Translator, organisation: Organisation) -> tuple[Button, ...]:
    return (Button(t.button("‹ Back"), "organisation.desk", organisation.number), *home_row(t))


def choose(t: Translator, organisations: Sequence[Organisation], *, admin: bool) -> Screen:
    """Let whoever coordinates several organisations choose one."""
    if not organisations:
        text = t("No organisation has been entered yet. The operator enters them from the centre's file.")
    else:
        text = t("Which organisation?")
    rows = [(Button(one.name, "organisation.desk", one.number),) for one in organisations]
    if admin:
        rows.append((Button(t.button("✉️ Invite an admin"), "organisation.invite_admin"),))
    return Screen(text, (*rows, home_row(t)))


def desk(t: Translator, values: Desk) -> Screen:
    """Show an organisation to its coordinators."""
    organisation = values.organisation
    number = organisation.number
    places = lines(t("<b>Places</b>"), *(place_line(t, place) for place in values.places)) if values.places else None
    text = paragraphs(
        t("🏛 <b>{name}</b>", name=organisation.name),
        t.n("{n} person coordinates here.", "{n} people coordinate here.", values.coordinators),
        places or t("No place has been entered yet."),
    )
    back = (Button(t.button("‹ Back"), "organisation.list"),) if values.among_several else ()
    rows = (
        (Button(t.button("✉️ Invite a colleague"), "organisation.invite", number, style="primary"),),
        (Button(t.button("👥 Coordinators"), "organisation.team", number),),
        (Button(t.button("📍 Add a place"), "organisation.add_place", number),),
        (*back, *home_row(t)),
    )
    return Screen(text, rows)


def place_line(t: Translator, place: Place) -> Html:
    """Say a place in one line."""
    if place.address:
        return t("📍 {name}, {address}", name=place.name, address=place.address)
    return t("📍 {name}", name=place.name)


def invitation(t: Translator, organisation: Organisation | None, link: str, expires_at: datetime) -> Screen:
    """Show an invitation's link, this once."""
    if organisation:
        what = t("Whoever opens this link first coordinates <b>{name}</b> with you.", name=organisation.name)
    else:
        what = t("Whoever opens this link first becomes an admin of the whole desk, as you are.")
    text = paragraphs(
        t("✉️ Here is the link:"),
        t("{link}", link=link),
        what,
        t("It works once, until {when}. Please give it to one person only, best face to face.", when=t.when(expires_at)),
        t("We keep no copy of it: if it gets lost, make a new one."),
    )
    if organisation is None:
        return Screen(text, ((Button(t.button("‹ Back"), "organisation.list"), *home_row(t)),))
    return Screen(text, (_back_to_desk(t, organisation),))


def bad_invitation(t: Translator) -> Screen:
    """Say kindly, and always alike, that an invitation is not good."""
    text = t(
        "This invitation does not work (any more). Each link works for one person and a few days. "
        "Please ask whoever sent it to you for a new one."
    )
    return Screen(text, (home_row(t),))


def welcome(t: Translator, organisation: Organisation | None, *, anew: bool) -> Screen:
    """Tell a new coordinator or admin what she can do now."""
    if organisation is None:
        return _welcome_admin(t, anew=anew)
    if anew:
        greeting = t("<b>Welcome! You now coordinate {name}.</b>", name=organisation.name)
    else:
        greeting = t("You already coordinate {name}. The link stays good for a colleague.", name=organisation.name)
    text = paragraphs(
        greeting,
        t("You can say what is needed, tell those who fit, see who comes, and invite colleagues."),
        t("What volunteers tell you stays here: please pass nothing on."),
    )
    return Screen(text, ((_desk_button(t, organisation),), home_row(t)))


def _welcome_admin(t: Translator, *, anew: bool) -> Screen:
    if anew:
        greeting = t("<b>Welcome! You are now an admin of this desk.</b>")
    else:
        greeting = t("You are an admin already. The link stays good for a colleague.")
    text = paragraphs(greeting, t("You see all organisations, invite their coordinators and can remove them."))
    return Screen(text, ((Button(t.button("🏛 Organisations"), "organisation.list"),), home_row(t)))


def team(t: Translator, organisation: Organisation, people: Sequence[Person], *, admin: bool) -> Screen:
    """Show who coordinates; admins may remove each."""
    names = [_name(t, person) for person in people]
    text = paragraphs(
        t("👥 <b>Coordinators of {name}</b>", name=organisation.name),
        lines(*names) if names else t("Nobody coordinates here yet."),
    )
    rows = [
        (_team_button(t.button("✖ Remove {name}", name=_name(t, person)), person, organisation),)
        for person in (people if admin else ())
    ]
    return Screen(text, (*rows, _back_to_desk(t, organisation)))


def _name(t: Translator, person: Person) -> Html:
    return t("{name}", name=person.name) if person.name else t("somebody without a name")


def _team_button(caption: str, person: Person, organisation: Organisation) -> Button:
    return Button(caption, "organisation.remove", person.key, arg=organisation.number)


def confirm_remove(t: Translator, organisation: Organisation, person: Person) -> Screen:
    """Ask before a coordinator loses her right."""
    text = t(
        "Shall {name} no longer coordinate {organisation}? Her open invitations end as well, and she is told.",
        name=_name(t, person),
        organisation=organisation.name,
    )
    sure = Button(
        t.button("✖ Yes, remove"), "organisation.remove.sure", person.key, arg=organisation.number, style="danger"
    )
    return Screen(text, ((sure,), (Button(t.button("‹ Back"), "organisation.team", organisation.number),)))


def coordinator_removed(t: Translator, organisation: Organisation) -> Screen:
    """Tell somebody that she coordinates no longer."""
    text = t(
        "You no longer coordinate {name}. Thank you for what you did! If this surprises you, please ask at the centre.",
        name=organisation.name,
    )
    return Screen(text, (home_row(t),))


def coordinator_joined(t: Translator, organisation: Organisation | None, name: str) -> Screen:
    """Tell colleagues that somebody joined them."""
    if organisation is None:
        who = t("{name} is now an admin too.", name=name) if name else t("There is a new admin.")
        row = (Button(t.button("🏛 Organisations"), "organisation.list"),)
    else:
        values = {"name": name, "organisation": organisation.name}
        if name:
            who = t("{name} now coordinates {organisation} with you.", **values)
        else:
            who = t("A new coordinator joined you at {organisation}.", **values)
        row = (_desk_button(t, organisation),)
    text = lines(who, t("If you do not know about this, please ask an admin at once."))
    return Screen(text, (row, home_row(t)))


def coordinator_left(t: Translator, organisation: Organisation) -> Screen:
    """Tell colleagues that a coordinator left."""
    text = t("One of the coordinators of {name} left. Please look who takes over.", name=organisation.name)
    return Screen(text, ((_desk_button(t, organisation),), home_row(t)))


def coordinator_unreachable(t: Translator, organisation: Organisation) -> Screen:
    """Tell colleagues that a coordinator gets no messages any more."""
    text = t(
        "One of the coordinators of {name} stopped this chat and gets no messages any more. Please talk to each other.",
        name=organisation.name,
    )
    return Screen(text, ((_desk_button(t, organisation),), home_row(t)))


def ask_place_name(t: Translator) -> Html:
    """Ask for a place's name."""
    return t("What is the place called? Write it as people say it, for example: Café International")


def ask_place_address(t: Translator) -> Html:
    """Ask for a place's address."""
    return t("Where is it? Write street and number, or skip this.")


def bad_place(t: Translator, limit: int) -> Html:
    """Refuse what is too long for a place."""
    return t("Please write one line of at most {limit} letters.", limit=limit)


def place_added(t: Translator, organisation: Organisation, place: Place) -> Screen:
    """Say that a place is there now."""
    text = lines(t("Done. You can now choose this place for shifts:"), place_line(t, place))
    return Screen(text, (_back_to_desk(t, organisation),))

"""Every word of the coordinators' desk, of invitations and of the doors newcomers look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.message import Button, Html, Screen, lines, paragraphs
from bot.core.paging import Page
from bot.core.person import Person
from bot.core.translation import B_, N_, Translator
from bot.core.widgets import home_row, opening_hours
from bot.features.organisations.models import Offer, Organisation, Place
from bot.features.organisations.rules import topic_number

TOPICS = {
    "residence": B_("🛂 Residence"),
    "asylum": B_("🛟 Asylum"),
    "language_course": B_("🗣 Learning German"),
    "work": B_("💼 Work"),
    "money": B_("💶 Money"),
    "housing": B_("🔑 Housing"),
    "school": B_("🎒 School"),
    "childcare": B_("🧸 Childcare"),
    "health": B_("🩺 Health"),
    "family": B_("👪 Family"),
    "youth": B_("🧑 Young people"),
    "conflict": B_("🕊 Conflict"),
    "democracy": B_("🗳 Democracy"),
    "volunteering": B_("🙋 Volunteering"),
    "encounter": B_("☕ Meeting people"),
    "integration": B_("🌱 Settling in"),
}
# For whom the sample centre's offers are.
AUDIENCES = (N_("people with refugee background in follow-up housing"), N_("adults"), N_("ages 12 to 27"))


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk of an organisation shows; ``among_several`` offers the way back to the list."""

    organisation: Organisation
    places: Sequence[Place]
    coordinators: int
    among_several: bool


def _way(t: Translator, organisation: Organisation | None, caption: str = B_("‹ Back")) -> tuple[Button, ...]:
    """The way back to an organisation's desk, or to the list of all."""
    if organisation is None:
        return (Button(t.button(caption), "organisation.list"), *home_row(t))
    return (Button(t.button(caption), "organisation.desk", organisation.number), *home_row(t))


def choose(t: Translator, organisations: Sequence[Organisation], *, admin: bool) -> Screen:
    """Let whoever coordinates several organisations choose one."""
    text = t("Which organisation?") if organisations else t("No organisation has been entered yet.")
    rows = [(Button(one.name, "organisation.desk", one.number),) for one in organisations]
    if admin:
        rows.append((Button(t.button("✉️ Invite an admin"), "organisation.invite_admin"),))
    return Screen(text, (*rows, home_row(t)))


def desk(t: Translator, values: Desk) -> Screen:
    """Show an organisation to its coordinators."""
    number = values.organisation.number
    places = [t("<b>Places</b>"), *(place_line(t, place) for place in values.places)]
    text = paragraphs(
        t("🏛 <b>{name}</b>", name=values.organisation.name),
        t.n("{n} person coordinates here.", "{n} people coordinate here.", values.coordinators),
        lines(*places) if values.places else t("No place has been entered yet."),
    )
    rows = (
        (Button(t.button("✉️ Invite a colleague"), "organisation.invite", number, style="primary"),),
        (Button(t.button("👥 Coordinators"), "organisation.team", number),),
        (Button(t.button("📍 Add a place"), "organisation.add_place", number),),
        _way(t, None) if values.among_several else home_row(t),
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
        t("✉️ Here is the link: {link}", link=link),
        what,
        t("It works once, until {when}. Please give it to one person, best face to face.", when=t.when(expires_at)),
        t("We keep no copy of it: if it gets lost, make a new one."),
    )
    return Screen(text, (_way(t, organisation),))


def bad_invitation(t: Translator) -> Screen:
    """Say kindly, and always alike, that an invitation is not good."""
    text = t(
        "This invitation does not work (any more). Each link works for one person and for a few days. "
        "Please ask whoever sent it to you for a new one."
    )
    return Screen(text, (home_row(t),))


def welcome(t: Translator, organisation: Organisation | None) -> Screen:
    """Tell a new coordinator or admin what she can do now."""
    if organisation is None:
        greeting = t("<b>Welcome! You are an admin of this desk.</b>")
        can = t("You see all organisations, invite their coordinators and can remove them.")
        return Screen(paragraphs(greeting, can), (_way(t, None, B_("🏛 Organisations")),))
    text = paragraphs(
        t("<b>Welcome! You coordinate {name}.</b>", name=organisation.name),
        t("You can say what is needed, tell those who fit, see who comes, and invite colleagues."),
        t("What volunteers and newcomers tell you stays here: please pass nothing on."),
    )
    return Screen(text, (_way(t, organisation, B_("🏛 My organisation")),))


def team(t: Translator, organisation: Organisation, people: Sequence[Person], *, admin: bool) -> Screen:
    """Show who coordinates; admins may remove each."""
    names = [t("{name}", name=_name(t, person)) for person in people]
    text = paragraphs(
        t("👥 <b>Coordinators of {name}</b>", name=organisation.name),
        lines(*names) if names else t("Nobody coordinates here yet."),
    )
    rows = []
    for person in people if admin else ():
        caption = t.button("🗑 Remove {name}", name=_name(t, person))
        rows.append((Button(caption, "organisation.remove", person.key, arg=organisation.number),))
    return Screen(text, (*rows, _way(t, organisation)))


def _name(t: Translator, person: Person) -> str:
    # NOTE: stands where a person's name would stand.
    return person.name or str(t("(no name yet)"))


def confirm_remove(t: Translator, organisation: Organisation, person: Person) -> Screen:
    """Ask before a coordinator loses her right."""
    values = {"name": _name(t, person), "organisation": organisation.name}
    text = t("Shall {name} no longer coordinate {organisation}? Unused invitations of this person end too.", **values)
    number = organisation.number
    sure = Button(t.button("🗑 Yes, remove"), "organisation.remove.sure", person.key, arg=number, style="danger")
    return Screen(text, ((sure,), (Button(t.button("‹ Back"), "organisation.team", number),)))


def coordinator_removed(t: Translator, organisation: Organisation) -> Screen:
    """Tell somebody that she coordinates no longer."""
    name = organisation.name
    text = t(
        "You no longer coordinate {name}. Thank you for all you did! If this surprises you, please ask.", name=name
    )
    return Screen(text, (home_row(t),))


def coordinator_joined(t: Translator, organisation: Organisation | None, name: str) -> Screen:
    """Tell colleagues that somebody joined them."""
    values = {"name": name, "organisation": organisation.name if organisation else ""}
    if organisation is None:
        who = t("{name} is now an admin too.", **values) if name else t("There is a new admin.")
    elif name:
        who = t("{name} now coordinates {organisation} with you.", **values)
    else:
        who = t("A new coordinator joined you at {organisation}.", **values)
    text = lines(who, t("If you did not expect this, please talk to an admin at once."))
    return Screen(text, (_way(t, organisation, B_("🏛 My organisation")),))


def coordinator_lost(t: Translator, organisation: Organisation, *, for_good: bool) -> Screen:
    """Tell colleagues that a coordinator left, or stopped the chat and gets no messages any more."""
    if for_good:
        text = t("Somebody who coordinated {name} left. Please look who takes over.", name=organisation.name)
    else:
        text = t("Somebody who coordinates {name} gets no messages here any more.", name=organisation.name)
    return Screen(text, (_way(t, organisation, B_("🏛 My organisation")),))


def place_added(t: Translator, organisation: Organisation, place: Place) -> Screen:
    """Say that a place is there now."""
    text = lines(t("Done. You can now choose this place for shifts:"), place_line(t, place))
    return Screen(text, (_way(t, organisation),))


def doors(t: Translator, page: Page[str]) -> Screen:
    """Let somebody say what it is about."""
    text = paragraphs(
        t("🚪 <b>What is it about?</b>"), t("In an emergency call 112 (ambulance, fire) or 110 (police). It is free.")
    )
    rows = [(Button(topic_caption(t, topic), "offer.topic", topic_number(topic)),) for topic in page.items]
    if page.more is not None:
        rows.append((Button(t.button("More…"), "offer.list", arg=page.more),))
    return Screen(text, (*rows, home_row(t)))


def topic_caption(t: Translator, topic: str) -> str:
    """Name a topic; one that only a centre's own file knows is shown as it is written there."""
    return t.button(TOPICS[topic]) if topic in TOPICS else topic.replace("_", " ")


def doors_about(t: Translator, topic: str, page: Page[tuple[Offer, Organisation]]) -> Screen:
    """Show the doors for a topic: who it is, for whom, when, and how old the facts are."""
    heading = t("🚪 <b>{topic}</b>", topic=topic_caption(t, topic))
    text = paragraphs(heading, *(_door(t, offer, carrier) for offer, carrier in page.items))
    if page.more is None:
        return Screen(text, ((Button(t.button("‹ Back"), "offer.list"), *home_row(t)),))
    more = (Button(t.button("More…"), "offer.topic", topic_number(topic), arg=page.more),)
    return Screen(text, (more, (Button(t.button("‹ Back"), "offer.list"), *home_row(t))))


def _door(t: Translator, offer: Offer, carrier: Organisation) -> Html:
    return lines(
        t("<b>{name}</b>", name=offer.name),
        t("🏛 {carrier}", carrier=carrier.name),
        t("👥 For: {whom}", whom=t(offer.audience)) if offer.audience else None,
        t("☎️ {contact}", contact=carrier.contact) if carrier.contact else None,
        t("🕑 {hours}", hours=opening_hours(t, carrier.office_hours)) if carrier.office_hours else None,
        t("Checked on {day}.", day=t.dated(offer.checked)),
    )

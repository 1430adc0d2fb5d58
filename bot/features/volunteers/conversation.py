"""The sign-up of a volunteer: name, languages, activities, times, district; each can be changed before the end."""

from bot.chat.context import BotContext
from bot.chat.forms import Ask, BadInput, Data, Form, Option, Step
from bot.core.languages import SPOKEN
from bot.core.message import Html, paragraphs
from bot.core.translation import B_
from bot.features.volunteers import messages, queries, services
from bot.features.volunteers.models import Part, Profile
from bot.features.volunteers.rules import NAME_LIMIT, is_name

SLOTS = [f"{day}.{part}" for day in range(7) for part in Part]
DISTRICT_LIMIT = 60


def ask_name(c: BotContext, data: Data) -> Ask:
    """Offer the name of the profile; another can be typed."""
    offered = data.get("_offered") or ""
    options = (Option(offered, offered),) if is_name(offered) else ()
    return Ask(messages.ask_name(c.t, has_offer=bool(options)), options)


def receive_name(c: BotContext, data: Data, text: str) -> str:
    """Take a typed name."""
    if not is_name(text):
        raise BadInput(messages.bad_name(c.t, NAME_LIMIT))
    return text


def ask_languages(c: BotContext, data: Data) -> Ask:
    """Offer languages, hers and the town's first."""
    first = dict.fromkeys([c.person.locale.split("@")[0], "de", "en", *SPOKEN])
    codes = [code for code in first if code in SPOKEN]
    options = tuple(Option(code, c.t.language_caption(code)) for code in codes)
    return Ask(messages.ask_languages(c.t), options, columns=2)


def ask_activities(c: BotContext, data: Data) -> Ask:
    """Offer what the centre needs hands for."""
    found = queries.all_activities(c.session)
    options = tuple(Option(str(a.id), str(c.t(a.name))) for a in found)
    return Ask(messages.ask_activities(c.t), options)


def ask_slots(c: BotContext, data: Data) -> Ask:
    """Offer the week as a table: a row a weekday, a column a part of the day."""
    options = tuple(Option(slot, messages.slot_button(c.t, slot)) for slot in SLOTS)
    return Ask(messages.ask_slots(c.t), options, columns=3, per_page=len(SLOTS))


def ask_district(c: BotContext, data: Data) -> Ask:
    """Ask where she lives, roughly; nobody has to say."""
    return Ask(messages.ask_district(c.t))


def receive_district(c: BotContext, data: Data, text: str) -> str:
    """Take a typed district."""
    if len(text) > DISTRICT_LIMIT or "\n" in text:
        raise BadInput(messages.bad_district(c.t))
    return text


def profile_of(data: Data) -> Profile:
    """Read the draft's answers."""
    slots = [(int(day), Part(part)) for day, part in (slot.split(".") for slot in data.get("slots", []))]
    return Profile(
        name=data["name"],
        languages=data["languages"],
        activity_ids=[int(number) for number in data["activities"]],
        slots=slots,
        district=data.get("district") or "",
    )


def draft_of(c: BotContext) -> Data:
    """Return what is known of the person already, as a draft."""
    person_id = c.person.key
    volunteer = queries.volunteer_of(c.session, person_id)
    spoken = queries.languages_of(c.session, person_id)
    draft: Data = {"_offered": c.person.name or c.event.name[:NAME_LIMIT]}
    if volunteer is None:
        own = c.person.locale.split("@")[0]
        return {**draft, "languages": spoken or ([own] if own in SPOKEN else [])}
    return {
        **draft,
        "name": c.person.name,
        "languages": spoken,
        "activities": [str(number) for number in queries.activity_ids_of(c.session, person_id)],
        "slots": [f"{day}.{part}" for day, part in queries.slots_of(c.session, person_id)],
        "district": volunteer.district,
    }


def summary(c: BotContext, data: Data) -> Html:
    """Show all answers once more."""
    text = messages.profile_text(c.t, profile_of(data), queries.all_activities(c.session))
    return paragraphs(c.t("<b>Is everything right?</b>"), text)


def finish(c: BotContext, data: Data) -> None:
    """Sign up."""
    is_new = queries.volunteer_of(c.session, c.person.key) is None
    services.join(c.uow, c.person.key, profile_of(data))
    c.show(messages.joined(c.t) if is_new else messages.changed(c.t))


FORM = Form(
    name="volunteer",
    steps=(
        Step("name", ask_name, receive_name, label=B_("Name")),
        Step("languages", ask_languages, many=True, at_least=1, label=B_("Languages")),
        Step("activities", ask_activities, many=True, at_least=1, label=B_("Activities")),
        Step("slots", ask_slots, many=True, at_least=1, label=B_("Times")),
        Step("district", ask_district, receive_district, optional=True, label=B_("District")),
    ),
    summary=summary,
    finish=finish,
    confirm=B_("Yes, that is right"),
)

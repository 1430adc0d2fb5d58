"""What taps mean in the model."""

from tests.faults.model import Model
from tests.faults.model_form import Form
from tests.faults.model_people import insist
from tests.faults.scripts import Tap


def on_shift(model: Model, tap: Tap, revision: int) -> None:
    """Do in the model what a button of a shift says."""
    shift, who = model.shifts[tap.which], tap.who
    match tap.button.removeprefix("shift."):
        case "sign_up":
            model.sign_up(who, shift, revision)
        case "wait":
            model.sign_up(who, shift, revision, or_wait=True)
        case "withdraw":
            model.withdraw(who, shift)
        case "decline":
            model.decline(who, shift)
        case "reconfirm":
            model.reconfirm(who, shift, revision)
        case "publish":
            model.publish(who, shift)


def in_pairs(model: Model, tap: Tap) -> None:
    """Do in the model what a button of the buddies says."""
    pairs, who = model.pairs, tap.who
    side = pairs.requests if "request" in tap.button else pairs.offers
    match tap.button.removeprefix("buddy."):
        case "propose":
            insist(model.people.may(who))
            pairs.propose(pairs.requests[tap.which], pairs.offers[tap.arg], model.now, model.people.blocked)
        case "accept":
            pairs.accept(who, tap.which)
        case "decline":
            pairs.decline(who, tap.which)
        case "end.sure":
            pairs.end(who, tap.which)
        case "pair.end":
            insist(model.people.may(who))
            pairs.part(tap.which)
        case name:
            pairs.pause(who, side, paused=name.endswith("pause"))


def as_volunteer(model: Model, form: Form, tap: Tap) -> None:
    """Do in the model what a button about volunteering says."""
    match tap.button:
        case "volunteer.consent":
            form.begin(tap.who)
        case "volunteer.edit":
            form.edit(tap.who)
        case name:
            model.people.pause(tap.who, paused=name.endswith("pause"))

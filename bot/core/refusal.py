"""Refusal: base of every expected "no"."""


class Refusal(Exception):
    """An expected "no" with a reason; the feature that raises it also says it kindly, with a next step.

    Raising one undoes everything done in the unit of work, so a refused wish leaves no trace.
    """


class NotAllowed(Refusal):
    """The store gives this person no right to do this, at this moment."""


class Gone(Refusal):
    """What the button or link spoke of does not exist any more."""

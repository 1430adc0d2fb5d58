"""People: what somebody may do is asked of the store, and nothing of her is told to whom it does not concern."""

from bot import logs
from bot.chat import groups, route
from bot.core import person, translation
from bot.features.organisations import rules
from bot.features.organisations import services as organisations
from bot.features.shifts import jobs as shifts
from tests.faults.cures.switching import Cure, both, nothing, rewritten

RIGHTS, LOGS = "tests/core/test_rights.py::", "tests/core/test_logs.py::"
INVITATIONS = "tests/features/organisations/test_services.py::"

CURES = (
    Cure(
        "a right that was taken is gone at once",
        rewritten(person.revoke, "session.info.pop(READ, None)", "pass"),
        RIGHTS + "test_a_right_is_there_at_once_and_gone_at_once",
    ),
    Cure(
        "rights are read anew in each transaction",
        rewritten(person.grants, "session.info.setdefault(READ, {})", "GRANTS.__dict__.setdefault(READ, {})"),
        RIGHTS + "test_a_right_taken_elsewhere_is_gone_with_the_next_transaction",
    ),
    Cure(
        "each action declares who may",
        rewritten(route._run, "if not entry.may(c.session, c.person):", "if False:"),
        "tests/features/buddies/test_story_match.py::test_somebody_without_the_right_is_shown_no_desk",
    ),
    Cure(
        "each service asks whether she coordinates",
        nothing(person.require_coordinator),
        "tests/features/shifts/test_desk.py::test_only_the_organisations_own_coordinators_may[sqlite-cancel]",
        by="Failed",
    ),
    Cure(
        "an invitation opens once",
        both(
            rewritten(organisations._use, ", col(Invitation.used_at).is_(None)", ""),
            rewritten(rules.is_good, "invitation.used_at is None and ", ""),
        ),
        INVITATIONS + "test_of_many_who_open_one_link_at_once_exactly_one_gets_in",
    ),
    Cure(
        "whoever guesses is stopped",
        nothing(organisations._note_wrong_try),
        INVITATIONS + "test_after_five_wrong_links_even_a_good_one_is_refused_for_an_hour",
    ),
    Cure(
        "features hear of somebody out of reach",
        rewritten(groups.mark_reachable, "if feature.unreachable:", "if False:"),
        "tests/features/buddies/test_story_match.py::test_the_coordinator_hears_when_one_of_a_pair_cannot_be_reached",
    ),
    Cure(
        "coordinators hear of a place held by somebody out of reach",
        nothing(shifts.on_unreachable),
        "tests/features/shifts/test_leaving.py::"
        "test_somebody_out_of_reach_keeps_her_place_and_the_coordinators_are_told_once",
    ),
    Cure(
        "nothing is freed because somebody is out of reach",
        rewritten(
            shifts.on_unreachable,
            'uow.cards.refresh("roster", offered.shift.key)',
            "services.withdraw(uow, person.key, offered.shift.key)",
        ),
        "tests/features/shifts/test_leaving.py::"
        "test_somebody_out_of_reach_keeps_her_place_and_the_coordinators_are_told_once",
    ),
    Cure(
        "a name never becomes markup",
        rewritten(translation.Translator._safe, "escaped(str(value))", "str(value)"),
        "tests/chat/test_payload.py::test_a_name_never_becomes_markup",
    ),
    Cure(
        "control characters are taken out",
        rewritten(translation.strip_controls, '"".join(kept)', "text"),
        "tests/chat/test_strange_updates.py::test_control_characters_in_names_and_texts_are_taken_out",
    ),
    Cure(
        "a log withholds what is not known to be harmless",
        rewritten(logs.only_known, "not _is_harmless(key, value)", "False"),
        LOGS + "test_a_storm_of_faults_tells_nothing_about_people_and_no_secret",
    ),
    Cure(
        "a log shows no message of an exception",
        rewritten(logs.frames_only, "list(_causes(error))", "repr(error)"),
        LOGS + "test_a_storm_of_faults_tells_nothing_about_people_and_no_secret",
    ),
    Cure(
        "a log blots out tokens",
        rewritten(logs.Renderer.__call__, "TOKEN.sub(WITHHELD, text)", "text"),
        LOGS + "test_the_last_net_catches_what_slipped_through_the_lists",
    ),
)

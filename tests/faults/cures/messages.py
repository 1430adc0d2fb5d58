"""Messages: none is lost or doubled, each leaves at Telegram's pace, and a card shows what is true."""

from typing import Any

from bot.chat import (
    choosing,
    delivery,
    envelope,
    errors,
    gaps,
    groups,
    pacing,
    payload,
    route,
    settling,
)
from bot.core import card, outbox
from bot.core.outbox import State
from bot.core.prepared import Prepared
from bot.features.reminders import handlers as reminders
from bot.features.shifts import handlers as shifts
from tests.faults.cures.switching import Cure, changed, nothing, rewritten

DELIVERY, UNDER_WAY = "tests/chat/test_delivery.py::", "tests/chat/test_under_way.py::"
PACING, ERRORS, CARDS = "tests/chat/test_pacing.py::", "tests/chat/test_errors.py::", "tests/chat/test_cards.py::"
TABLES, STORY = "tests/core/test_durable_tables.py::", "tests/features/shifts/test_story_shifts.py::"
LOST = "tests/faults/test_lost_answers.py::"
SALT = '__import__("secrets").token_hex(4)'


def _sent(**values: Any) -> Prepared:
    statement: Any = settling.SENT.statement
    return Prepared(statement.values(**values))


CURES = (
    Cure(
        "a claim whose answer was lost is given back",
        nothing(delivery.Delivery._give_back),
        LOST + "test_a_claim_whose_commit_got_no_answer_is_sent_all_the_same",
    ),
    Cure(
        "what is heard after a stop is no news",
        rewritten(delivery.Delivery.stop, "call.cancel()", "pass"),
        LOST + "test_what_a_leader_hears_late_changes_nothing_that_the_next_one_has_done",
    ),
    Cure(
        "a message is noted as sending before it leaves",
        rewritten(delivery.Delivery._pack, "if envelopes:", "if False:"),
        UNDER_WAY + "test_a_message_is_noted_as_sending_before_it_leaves_and_a_stop_waits_for_its_end",
    ),
    Cure(
        "a stop waits for the calls under way",
        rewritten(delivery.Delivery.stop, "if self._calls:", "if False:"),
        UNDER_WAY + "test_a_message_is_noted_as_sending_before_it_leaves_and_a_stop_waits_for_its_end",
    ),
    Cure(
        "a start settles what a crash left behind",
        nothing(delivery.Delivery.recover),
        DELIVERY + "test_a_crash_between_sending_and_sent_repeats_or_flags",
    ),
    Cure(
        "what must not come twice is flagged",
        rewritten(settling.Settler._unknown, "if row.once:", "if False:"),
        DELIVERY + "test_an_at_most_once_message_with_a_lost_answer_is_flagged_and_not_repeated",
    ),
    Cure(
        "what did not arrive is tried again",
        rewritten(settling.Settler._later, "row.state = State.PENDING", "row.state = State.DEAD"),
        DELIVERY + "test_a_lost_request_and_a_server_error_lose_nothing",
    ),
    Cure(
        "what waits behind a failed message does not overtake it",
        rewritten(settling.Settler._later, "uow.session.execute(behind", "(lambda _: None)(behind"),
        DELIVERY + "test_what_waits_behind_a_failed_message_does_not_overtake_it",
    ),
    Cure(
        "a chat gets one message at a time",
        rewritten(choosing._choose, "taken.add(chat_id)", "pass"),
        UNDER_WAY + "test_a_slow_call_is_not_overtaken_by_what_waits_for_the_same_chat",
    ),
    Cure(
        "what changes on its way leaves again",
        changed(settling, "SENT", _sent(state=State.SENT)),
        UNDER_WAY + "test_what_changes_while_it_is_on_its_way_leaves_once_more",
    ),
    Cure(
        "a message that cannot be made is set aside",
        rewritten(delivery.Delivery._turn, "return self._claim_each()", "raise"),
        DELIVERY + "test_a_message_that_cannot_be_made_stops_nothing_behind_it",
        by="KeyError",
    ),
    Cure(
        "a message has a business key",
        rewritten(outbox.Outbox.tell, '{message.key}:{person.key}"', '{message.key}:{person.key}" + ' + SALT),
        TABLES + "test_a_message_is_queued_once_per_key_and_person",
    ),
    Cure(
        "a message that is too late is not sent",
        rewritten(envelope.Packer.pack, "if row.expires_at and uow.now >= row.expires_at:", "if False:"),
        DELIVERY + "test_a_message_that_came_too_late_is_not_sent",
    ),
    Cure(
        "a sent answer keeps no text",
        changed(settling, "SENT", _sent(body=outbox.Outgoing.body)),
        DELIVERY + "test_a_sent_answer_keeps_no_text",
    ),
    Cure(
        "a halt of Telegram is kept",
        nothing(pacing.Gate.halt),
        PACING + "test_a_halt_stops_everything_and_a_shorter_one_never_shortens_it",
    ),
    Cure(
        "the gate hears of a halt",
        rewritten(delivery.Delivery._call, "self.gate.halt(verdict.retry_after)", "pass"),
        DELIVERY + "test_a_halt_of_telegram_is_kept_and_the_message_comes_afterwards",
    ),
    Cure(
        "no answer lifts a halt",
        rewritten(pacing.Gate.end, "self._under_way -= 1", "self._under_way -= 1\n    self._halted_until = 0.0"),
        PACING + "test_an_answer_that_comes_during_a_halt_does_not_lift_it",
    ),
    Cure(
        "a token is free a second after its answer",
        rewritten(pacing.Gate.end, " + SPAN", ""),
        PACING + "test_no_second_at_the_server_holds_more_than_the_rate",
    ),
    Cure(
        "a chat gets a message a second",
        nothing(pacing.Gate.chat_wait, 0.0),
        PACING + "test_a_chat_may_have_a_short_burst_and_then_one_message_a_second",
    ),
    Cure(
        "a group gets no more than its limit",
        rewritten(pacing.Gate.chat_wait, "if chat_id < 0:", "if False:"),
        PACING + "test_a_group_gets_no_more_than_its_limit_in_a_minute",
    ),
    Cure(
        "a bad request is no broken network",
        rewritten(errors.judge, "case BadRequest():", "case BadRequest() if False:"),
        ERRORS + "test_a_known_error_means_one_thing",
    ),
    Cure(
        "a chat that is gone is known by its words",
        changed(errors, "UNREACHABLE", ()),
        ERRORS + "test_a_known_error_means_one_thing",
    ),
    Cure(
        "an edit that changes nothing is as good as sent",
        changed(errors, "SAME", ()),
        ERRORS + "test_a_known_error_means_one_thing",
    ),
    Cure(
        "whoever blocked us is marked",
        nothing(groups.mark_reachable),
        DELIVERY + "test_somebody_who_blocked_us_is_marked_and_comes_back_with_her_next_word",
    ),
    Cure(
        "whoever writes can be reached again",
        rewritten(route.person_of, "uow.now, True", "uow.now, person.reachable"),
        DELIVERY + "test_somebody_who_blocked_us_is_marked_and_comes_back_with_her_next_word",
    ),
    Cure(
        "what waits for somebody who blocked us is given up",
        rewritten(settling.Settler._unreachable, "uow.session.execute(waiting", "(lambda _: None)(waiting"),
        UNDER_WAY + "test_what_waits_for_somebody_who_blocked_us_is_not_even_tried",
    ),
    Cure(
        "nothing is queued for somebody out of reach",
        rewritten(outbox.Outbox.tell, "if not person.reachable:", "if False:"),
        TABLES + "test_somebody_who_cannot_be_reached_is_not_written_to",
    ),
    Cure(
        "a message follows a group to its new id",
        rewritten(errors.judge, "case ChatMigrated():", "case ChatMigrated() if False:"),
        UNDER_WAY + "test_a_message_that_meets_a_supergroup_before_we_hear_of_it_follows_once",
    ),
    Cure(
        "a group's new id is taken from its own message",
        nothing(groups.on_migration),
        UNDER_WAY + "test_what_waits_for_a_group_is_moved_when_we_hear_that_it_became_a_supergroup",
    ),
    Cure(
        "a text that is too long is cut",
        rewritten(payload._fitting, "if len(html) <= TEXT_LIMIT:", "if True:"),
        "tests/chat/test_payload.py::test_a_text_that_is_too_long_is_cut_where_no_tag_is_open",
    ),
    Cure(
        "an answer on a deleted screen comes anew",
        rewritten(settling.Settler._vanished, "if row.verb == Verb.SHOW:", "if False:"),
        DELIVERY + "test_an_answer_on_a_deleted_screen_comes_as_a_new_message",
    ),
    Cure(
        "a yes counts for the revision it was tapped at",
        rewritten(shifts._is_as_shown, "c.press.revision == found.revision", "True"),
        STORY + "test_a_yes_to_a_shift_that_was_moved_meanwhile_is_no_yes_to_the_new_time",
        by="IndexError",
    ),
    Cure(
        "an answer to a reminder counts for the revision it asked about",
        rewritten(reminders._is_current, "c.press.revision == shift.revision", "True"),
        "tests/features/reminders/test_story_reminder.py::test_an_answer_to_the_old_time_is_no_answer_to_the_new_one",
    ),
    Cure(
        "every holder's card is refreshed",
        nothing(card.Cards.refresh),
        STORY + "test_a_roster_stays_true_without_being_touched",
    ),
    Cure(
        "only the card that the change itself rendered is passed over",
        rewritten(card.queue_refreshes, "held.stamp == wanted", "True"),
        STORY + "test_a_roster_stays_true_without_being_touched",
    ),
    Cure(
        "a card that was shown before the change is refreshed",
        rewritten(card.Cards.refresh, '"" if self.outbox.answered else self.outbox.stamp', "self.outbox.stamp"),
        CARDS + "test_a_card_that_was_shown_before_the_change_is_refreshed",
    ),
    Cure(
        "a late refresh leaves the screen that took the card's place",
        rewritten(
            envelope._is_outdated,
            'if card is None or (card.kind, card.entity) != (row.kind, row.args.get("id")):',
            "if False:",
        ),
        CARDS + "test_a_refresh_that_waited_does_not_overwrite_the_screen_that_took_the_cards_place",
    ),
    Cure(
        "a card that is true is left alone",
        rewritten(envelope._is_outdated, "content.digest != card.shown", "True"),
        CARDS + "test_a_card_that_shows_the_truth_already_is_left_alone_with_its_notice",
    ),
    Cure(
        "after a gap people are asked to tap again",
        nothing(gaps.note_heard),
        "tests/chat/test_gaps.py::test_a_start_after_a_gap_tells_of_it_and_the_very_first_does_not",
    ),
)

"""Updates: none is lost between Telegram and the store, none is handled twice, and a strange one stops nothing."""

from bot import app
from bot.chat import buttons, dispatch, form_actions, ingest, ticks
from bot.core import inbox
from bot.core.prepared import Prepared
from bot.core.upsert import upsert
from bot.web import server, webhook
from tests.faults.cures.switching import Cure, both, changed, nothing, rewritten, unguarded

INGEST, STRANGE = "tests/chat/test_ingest.py::", "tests/chat/test_strange_updates.py::"
TABLES, WEBHOOK = "tests/core/test_durable_tables.py::", "tests/web/test_webhook.py::"
VOLUNTEER = "tests/features/volunteers/test_story_volunteer.py::"
COMMIT = "uow.session.connection().commit()\n        uow.session.connection().begin()\n        "
MAX_AND_ONE = '__import__("sqlalchemy").text("SELECT MAX(update_id) + 1 FROM inbox")'


def _claims_overtake() -> None:
    rewritten(inbox._claim, ", ~before.exists()", "")()
    inbox.CLAIM = Prepared(inbox._claim())


CURES = (
    Cure(
        "the offset moves only after the commit",
        rewritten(ingest.Ingest._fetch, "self.keep(batch)", "asyncio.get_running_loop().call_soon(self.keep, batch)"),
        INGEST + "test_what_could_not_be_kept_is_not_confirmed_and_comes_again",
    ),
    Cure(
        "the first poll carries no offset",
        rewritten(
            ingest.Ingest.poll,
            "offset: int | None = None",
            f"with self.store.read() as session:\n        offset = session.execute({MAX_AND_ONE}).scalar()",
        ),
        INGEST + "test_no_number_of_before_is_an_offset_of_a_start_after_a_quiet_week",
    ),
    Cure(
        "the offset follows this batch and not the greatest number",
        rewritten(ingest.Ingest._fetch, "numbers[-1] + 1", "max(offset or 0, numbers[-1] + 1)"),
        INGEST + "test_numbers_that_begin_anew_while_we_poll_are_confirmed",
    ),
    Cure(
        "an update is kept once",
        both(
            unguarded(inbox.Incoming, "UniqueConstraint", "update_id"),
            changed(inbox, "KEEP", upsert(inbox.Incoming, lambda insert: insert)),
        ),
        TABLES + "test_an_update_that_comes_twice_is_kept_once",
    ),
    Cure(
        "a quiet week begins a new epoch",
        changed(inbox, "QUIET", inbox.QUIET * 1000),
        TABLES + "test_numbers_that_begin_anew_after_a_quiet_week_are_not_taken_for_repeats",
    ),
    Cure(
        "another poller ends us",
        rewritten(ingest.Ingest.poll, "if conflicts >= CONFLICTS:", "if False:"),
        INGEST + "test_a_second_poller_ends_us_instead_of_stealing_updates",
    ),
    Cure(
        "the webhook says 200 after the commit",
        rewritten(webhook.Webhook._keep, "return 503", "return 200"),
        WEBHOOK + "test_a_deposed_instance_keeps_nothing",
    ),
    Cure(
        "the webhook believes nobody without the secret",
        rewritten(webhook.Webhook.receive, "if not hmac.compare_digest(given, self._secret):", "if False:"),
        WEBHOOK + "test_without_the_secret_nothing_is_kept",
    ),
    Cure(
        "the webhook takes no more than a megabyte",
        rewritten(server.build_web, "client_max_size=LIMIT", "client_max_size=0"),
        WEBHOOK + "test_more_than_a_megabyte_is_refused",
    ),
    Cure(
        "the webhook refuses what is no JSON object",
        rewritten(webhook._parse, "return update if isinstance(update, dict) else None", "return update"),
        WEBHOOK + "test_what_is_no_json_object_is_refused",
    ),
    Cure(
        "an update without a number is passed over",
        nothing(ingest._has_number, True),
        INGEST + "test_an_update_without_a_number_is_counted_and_passed_over",
        by="ValueError",
    ),
    Cure(
        "updates are kept raw and read later",
        rewritten(
            ingest.Ingest.keep,
            "if not sound:",
            'for each in sound:\n        __import__("telegram").Update.de_json(each, None)\n    if not sound:',
        ),
        STRANGE + "test_an_update_nobody_can_read_is_set_aside_and_stops_nothing[sqlite-1]",
        by="KeyError",
    ),
    Cure(
        "an update that fails is set aside",
        rewritten(dispatch.Dispatcher._settle, "self._bury(update, error)", "raise"),
        STRANGE + "test_a_handler_that_fails_leaves_a_dead_letter_and_a_kind_answer",
        by="RuntimeError",
    ),
    Cure(
        "whoever wrote what failed is told",
        nothing(dispatch._apologise),
        STRANGE + "test_a_handler_that_fails_leaves_a_dead_letter_and_a_kind_answer",
    ),
    Cure(
        "an update is done in the transaction of what it causes",
        rewritten(dispatch.Dispatcher._in_unit_of_work, "return self._act(", COMMIT + "return self._act("),
        STRANGE + "test_a_handler_that_fails_leaves_a_dead_letter_and_a_kind_answer",
    ),
    Cure(
        "an update is nobody's fault while the store is away",
        rewritten(dispatch.Dispatcher._settle, "except StoreUnavailable:", "except ZeroDivisionError:"),
        STRANGE + "test_an_update_waits_while_the_store_is_away_and_is_no_dead_letter",
        by="Failed",
    ),
    Cure(
        "an update is taken once",
        nothing(inbox.claim_update, True),
        TABLES + "test_an_update_is_taken_once_and_after_the_earlier_ones_of_the_same_person",
    ),
    Cure(
        "a person's updates keep their order",
        _claims_overtake,
        TABLES + "test_an_update_is_taken_once_and_after_the_earlier_ones_of_the_same_person",
    ),
    Cure(
        "every tap is answered",
        rewritten(dispatch.Dispatcher._settle, "if answer:", "if False:"),
        STRANGE + "test_no_tap_is_left_without_its_answer",
    ),
    Cure(
        "a button of an earlier step answers nothing",
        rewritten(form_actions._press, "(form.number(talk.step), talk.serial)", "(c.press.entity, c.press.revision)"),
        VOLUNTEER + "test_a_button_of_an_earlier_question_answers_nothing",
        by="IndexError",
    ),
    Cure(
        "the draft of a form outlives a restart",
        rewritten(
            app.build_bot,
            "keyring = open_keyring(uow.session)",
            "keyring = open_keyring(uow.session)\n"
            '        uow.session.execute(__import__("sqlalchemy").text("DELETE FROM conversation"))',
        ),
        VOLUNTEER + "test_a_restart_between_any_two_steps_loses_no_answer",
    ),
    Cure(
        "a button is bound to its person",
        rewritten(buttons.ButtonSigner._mac, 'body + struct.pack(">q", user_id)', "body"),
        STRANGE + "test_a_button_of_somebody_else_changes_nothing",
        by="IndexError",
    ),
    Cure(
        "a button is signed",
        rewritten(buttons.ButtonSigner.read, " or not hmac.compare_digest(mac, self._mac(body, user_id))", ""),
        "tests/chat/test_buttons.py::test_no_changed_bit_is_read",
    ),
    Cure(
        "a button fits what Telegram allows",
        changed(buttons, "MAC_BYTES", 32),
        "tests/chat/test_buttons.py::test_the_data_fits_what_telegram_allows",
    ),
    Cure(
        "a job whose name nobody knows waits and is not dropped",
        rewritten(
            ticks.Ticker._put_off,
            "row.tries, row.error = row.tries + 1, error",
            "uow.session.delete(row)\n    return",
        ),
        "tests/chat/test_ticks.py::test_a_job_that_keeps_failing_is_set_aside_and_holds_up_nothing",
    ),
    Cure(
        "a handled update keeps no body",
        both(
            rewritten(inbox._claim, '"body": "", ', ""),
            lambda: setattr(inbox, "CLAIM", Prepared(inbox._claim())),
        ),
        STRANGE + "test_no_phone_number_of_a_contact_is_kept",
    ),
)

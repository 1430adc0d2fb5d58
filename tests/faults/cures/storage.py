"""Storage: what is committed stays, writers do not trip over each other, and a restore does nothing twice."""

from bot.chat import delivery, ingest, leading
from bot.core import erasure, keyring, leadership, store
from bot.core.prepared import Prepared
from bot.features.shifts import models as shifts
from bot.operate import held, overdue, restoring
from tests.faults.cures.switching import Cure, Off, changed, nothing, rewritten, unguarded
from tests.support import check_rules

STORE, LEADERSHIP = "tests/core/test_store.py::", "tests/core/test_leadership.py::"
SIGN_UP, RESTORING = "tests/features/shifts/test_services.py::", "tests/operate/test_restoring.py::"
DAY_OLD, OFFENDER = (
    "tests/operate/test_restore_day_old.py::",
    "tests/test_architecture.py::test_the_rule_sees_an_offender",
)
ON_DISK = (
    "tests/chat/test_on_the_disk.py::test_an_update_is_on_the_disk_before_it_is_handled_and_an_answer_before_it_leaves"
)
PRAGMAS = "tests/core/test_durable_tables.py::test_sqlite_writes_every_commit_to_the_disk_before_it_goes_on"
COMMIT = "session.flush()\n            session.connection().commit()"


def _begins(manner: str, *statements: str) -> Off:
    return changed(store, "BEGIN", {**store.BEGIN, ("sqlite", manner): statements})


CURES = (
    Cure(
        "a part ends when somebody else leads",
        rewritten(leading._until_followed, "leadership.keep()", "pass"),
        "tests/core/test_leadership_of_parts.py::test_a_part_that_writes_nothing_ends_when_somebody_else_leads[postgres]",
        by="TimeoutError",
    ),
    Cure(
        "processes that start at once share one secret",
        rewritten(keyring.open_keyring, "_first(session)", "_add(session)"),
        "tests/core/test_starting_together.py::test_two_that_start_at_once_share_one_secret[postgres]",
    ),
    Cure(
        "an update is on the disk before Telegram hears that we have it",
        rewritten(ingest.Ingest.keep, "unit_of_work(self.fence)", "unit_of_work(self.fence, synced=False)"),
        ON_DISK,
    ),
    Cure(
        "a message is on the disk before it leaves",
        rewritten(delivery.Delivery._turn, "unit_of_work(self.fence)", "unit_of_work(self.fence, synced=False)"),
        ON_DISK,
    ),
    Cure(
        "a writer takes the database before it reads",
        _begins("write", "PRAGMA synchronous=FULL", "BEGIN"),
        STORE + "test_whoever_reads_and_then_writes_is_not_refused_because_of_another_writer",
        by="StoreUnavailable",
    ),
    Cure(
        "a writer waits for another one",
        rewritten(store._make_engine, "BUSY_MS / 1000", "0"),
        STORE + "test_whoever_reads_and_then_writes_is_not_refused_because_of_another_writer",
        by="StoreUnavailable",
    ),
    Cure(
        "a reader takes nothing",
        _begins("read", "BEGIN IMMEDIATE"),
        STORE + "test_a_reader_waits_for_no_writer",
        by="StoreUnavailable",
    ),
    Cure(
        "every commit is on the disk",
        _begins("write", "PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE"),
        PRAGMAS,
    ),
    Cure("SQLite writes ahead", rewritten(store._prepare_sqlite, "journal_mode=WAL", "journal_mode=DELETE"), PRAGMAS),
    Cure(
        "what is raised leaves no trace",
        rewritten(
            store.Store.unit_of_work,
            "yield uow",
            "try:\n            yield uow\n        finally:\n            " + COMMIT,
        ),
        "tests/core/test_durable_tables.py::test_what_is_raised_in_a_unit_of_work_leaves_no_trace",
    ),
    Cure(
        "every connection comes back",
        rewritten(
            store.Store._transaction,
            "with engine.connect() as connection:",
            'with __import__("contextlib").nullcontext(engine.connect()) as connection:',
        ),
        STORE + "test_every_connection_comes_back_whatever_is_raised",
        by="StoreUnavailable",
    ),
    Cure(
        "a mistake of ours is told from a database that is away",
        rewritten(store._told_apart, "code & 0xFF in SQLITE_AWAY", "True"),
        STORE + "test_a_wrong_statement_is_not_taken_for_a_database_that_is_away",
        by="StoreUnavailable",
    ),
    Cure(
        "a place is claimed only where one is free",
        changed(
            shifts,
            "CLAIM",
            Prepared(
                shifts._this.values(taken=shifts._shift.taken + 1, shortage=shifts._enough).returning(
                    shifts._shift.taken, shifts._shift.shortage
                )
            ),
        ),
        SIGN_UP + "test_a_place_is_claimed_only_where_one_is_free",
        by="IntegrityError",
    ),
    Cure(
        "the store itself refuses a place too many",
        unguarded(shifts.Shift, "shift_capacity"),
        SIGN_UP + "test_the_store_itself_refuses_a_place_too_many",
        by="Failed",
    ),
    Cure(
        "the store itself refuses a second answer",
        unguarded(shifts.SignUp, "UniqueConstraint"),
        SIGN_UP + "test_the_store_itself_refuses_a_second_answer_of_the_same_person",
        by="Failed",
    ),
    Cure(
        "one process holds a SQLite database",
        nothing(leadership.Lock._lock_file),
        LEADERSHIP + "test_of_two_instances_one_holds_the_database_until_it_ends",
        by="Failed",
    ),
    Cure(
        "one process leads on a PostgreSQL",
        nothing(leadership.Lock._lock_advisory),
        LEADERSHIP + "test_of_two_instances_one_holds_the_database_until_it_ends[postgres]",
        by="Failed",
    ),
    Cure(
        "a deposed leader writes nothing any more",
        rewritten(leadership._fence, "!= (number,)", "< (number,)"),
        LEADERSHIP + "test_a_deposed_leader_writes_nothing_any_more",
        by="Failed",
    ),
    Cure(
        "each new leader deposes the one before",
        rewritten(leadership.Leadership.acquire, "lease.fence += 1", "pass"),
        LEADERSHIP + "test_a_deposed_leader_writes_nothing_any_more",
        by="Failed",
    ),
    Cure(
        "a restore holds what waits",
        nothing(held.hold, 0),
        RESTORING + "test_a_restore_brings_nobody_back_opens_nothing_and_sends_nothing",
    ),
    Cure(
        "a restore does at once what came due since the backup",
        nothing(overdue.do_overdue, 0),
        DAY_OLD + "test_a_backup_of_yesterday_sends_nothing_again_until_it_is_released",
    ),
    Cure(
        "a restore ends older buttons and invitations",
        nothing(keyring.begin_generation),
        RESTORING + "test_a_restore_brings_nobody_back_opens_nothing_and_sends_nothing",
    ),
    Cure(
        "a restore erases again",
        nothing(erasure.replay_erasures, 0),
        RESTORING + "test_a_restore_brings_nobody_back_opens_nothing_and_sends_nothing",
    ),
    Cure(
        "a restore tells the next one of the erased",
        nothing(erasure.add_to_ledger),
        RESTORING + "test_an_erasure_is_in_the_ledger_of_the_restored_database",
    ),
    Cure(
        "a backup of a newer version is refused",
        rewritten(restoring._make_safe, "revision_of(store) > newest_revision()", "False"),
        RESTORING + "test_a_backup_of_a_newer_version_is_refused_and_the_place_stays_empty",
        by="CommandError",
    ),
    Cure(
        "the library's persistence, rate limiter, job queue and conversations are not used",
        changed(check_rules, "UNWANTED", ()),
        OFFENDER + "[libraries stay in the shape we chose]",
    ),
    Cure(
        "no call to Telegram inside a transaction",
        nothing(check_rules.a_call_to_telegram_in_a_handler, ()),
        OFFENDER + "[handlers call no Bot API]",
    ),
    Cure(
        "no waiting inside a transaction",
        nothing(check_rules.an_async_use_case, ()),
        OFFENDER + "[use-cases are plain functions]",
    ),
    Cure(
        "nothing is left to a task in memory",
        nothing(check_rules.work_in_the_background, ()),
        OFFENDER + "[features start no work in the background]",
    ),
)

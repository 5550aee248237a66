"""Holds as a psycopg 3 user meets them. The connection comes from PG* variables, the story's name is the argument.

`cancelled` cancels when a line comes from standard input.
"""

import select
import sys
import threading
import uuid
from datetime import datetime, timezone
from decimal import Decimal

import psycopg
from psycopg import errors, pq

DELETE = "DELETE FROM notes WHERE id = %s RETURNING id"
UPDATE = "UPDATE notes SET note = 'changed' WHERE id = %s RETURNING id"


def say(*words):
    print(*words, flush=True)


def connect(**options):
    db = psycopg.connect("", **options)
    db.add_notice_handler(lambda notice: say("notice", notice.severity, notice.message_primary, "|", notice.message_hint))
    return db


def status(db):
    return db.info.transaction_status.name


def refusal(error):
    return type(error).__name__, error.sqlstate, error.diag.message_primary, "|", error.diag.message_detail, "|", \
        error.diag.message_hint


def pipeline():
    """Ten statements in pipeline mode, of which the fourth deletes. psycopg reads all their answers before it hands out one."""
    with connect(autocommit=True) as db:
        sent = [db.cursor() for _ in range(10)]
        try:
            with db.pipeline():
                for number, cursor in enumerate(sent, 1):
                    cursor.execute(DELETE if number == 4 else UPDATE, (number,))
        except errors.InsufficientPrivilege as error:
            say("refused", *refusal(error))
        for number, cursor in enumerate(sent, 1):
            say("answered", number, cursor.statusmessage)
        say("status", status(db))
        say("alive", db.execute("SELECT count(*), count(*) FILTER (WHERE note = 'changed') FROM notes").fetchone())


def answers():
    """The same by libpq itself, which hands each answer on as soon as it is there."""
    with connect(autocommit=True) as db:
        libpq = db.pgconn
        libpq.enter_pipeline_mode()
        for number in range(1, 11):
            text = DELETE if number == 4 else UPDATE
            libpq.send_query_params(text.replace("%s", "$1").encode(), [str(number).encode()])
        libpq.pipeline_sync()
        while libpq.flush():
            select.select([libpq.socket], [libpq.socket], [])

        def result():
            while libpq.is_busy():
                select.select([libpq.socket], [], [])
                libpq.consume_input()
            return libpq.get_result()

        for number in range(1, 11):
            answer = result()
            state = (answer.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
            say("answered", number, pq.ExecStatus(answer.status).name, answer.command_status.decode() or state)
            assert result() is None
        say("then", pq.ExecStatus(result().status).name)
        libpq.exit_pipeline_mode()
        say("status", status(db))
        say("alive", db.execute("SELECT count(*), count(*) FILTER (WHERE note = 'changed') FROM notes").fetchone())


def transaction():
    """A command that is held, in a transaction with a temporary table; and what the transaction is after it."""
    with connect() as db:
        db.execute("CREATE TEMP TABLE mine AS SELECT 'still here' AS note")
        try:
            say("deleted", db.execute(DELETE, (3,)).fetchone())
        except errors.InsufficientPrivilege as error:
            say("refused", *refusal(error))
        say("status", status(db))
        try:
            say("temporary", db.execute("SELECT note FROM mine").fetchone())
        except errors.InFailedSqlTransaction as error:
            say("failed", error.sqlstate)
        db.rollback()
        say("status", status(db))
        say("alive", db.execute("SELECT count(*) FROM notes").fetchone())
        try:
            db.execute("SELECT note FROM mine")
        except errors.UndefinedTable as error:
            say("undone", error.sqlstate)


def values():
    with connect(autocommit=True) as db:
        try:
            db.execute(
                "DELETE FROM notes WHERE id = %b AND note = %b AND at < %b AND mark = %b AND raw = %b"
                " AND note IS DISTINCT FROM %b::text AND id = ANY(%b::int[]) AND id < %b::numeric AND %t::bool",
                (42, "O'Brien", datetime(2026, 11, 21, 1, 2, 3, 500, tzinfo=timezone.utc),
                 uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"), b"\xde\xad\xbe\xef", None, [7, 8],
                 Decimal("-12.50"), True))
        except errors.InsufficientPrivilege as error:
            say("refused", *refusal(error))


def batch():
    with connect(autocommit=True) as db, db.cursor() as cursor:
        try:
            cursor.executemany("DELETE FROM notes WHERE id = %s", [(1,), (2,), (3,)])
            say("batch", cursor.rowcount)
        except errors.InsufficientPrivilege as error:
            say("refused", *refusal(error))
        say("alive", cursor.execute("SELECT count(*) FROM notes").fetchone()[0])


def cancelled():
    with connect() as db:
        def cancel():
            sys.stdin.readline()
            db.cancel_safe()

        thread = threading.Thread(target=cancel)
        thread.start()
        try:
            say("deleted", db.execute(DELETE, (3,)).fetchone())
        except errors.QueryCanceled as error:
            say("cancelled", error.sqlstate)
        thread.join()
        db.rollback()
        say("alive", db.execute("SELECT count(*) FROM notes").fetchone()[0])


{story.__name__: story for story in (pipeline, answers, transaction, values, batch, cancelled)}[sys.argv[1]]()

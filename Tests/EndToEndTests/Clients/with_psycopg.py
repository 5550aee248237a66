"""What a psycopg 3 user does, said line by line. The connection comes from PG* variables.

Run without arguments: everything, for comparison with a direct connection. With `held`: the story of a held pipeline.
"""

import sys
import threading
import uuid
from datetime import datetime, timezone

import psycopg
from psycopg import errors, sql
from psycopg.rows import dict_row


def say(*words):
    print(*words, flush=True)


def connect(**options):
    return psycopg.connect("", **options)


def values():
    with connect() as db:
        for binary in (False, True):
            row = db.execute(
                "SELECT %s::int, %s::text, %s::timestamptz, %s::uuid, %s::bytea, %s::numeric, %s::int[], %s::jsonb, %s::bool",
                (7, "it's \\ é", datetime(2026, 11, 21, tzinfo=timezone.utc), uuid.UUID(int=5), b"\x00\xff",
                 "12.50", [1, 2], '{"a": 1}', None), binary=binary).fetchone()
            say("values", binary, row)
        with db.cursor(row_factory=dict_row) as cursor:
            say("rows", cursor.execute("SELECT id, name FROM customers ORDER BY id LIMIT 2").fetchall())


def prepared():
    with connect(prepare_threshold=0) as db:
        for number in range(1, 5):
            say("prepared", db.execute("SELECT name FROM customers WHERE id = %s", (number,)).fetchone())


def transactions():
    with connect() as db:
        with db.transaction():
            db.execute("CREATE TEMP TABLE t (id int PRIMARY KEY, note text)")
            with db.cursor() as cursor:
                cursor.executemany("INSERT INTO t VALUES (%s, %s)", [(i, f"n{i}") for i in range(50)])
                say("executemany", cursor.rowcount)
        try:
            with db.transaction():
                db.execute("INSERT INTO t VALUES (100, 'x')")
                with db.transaction():
                    db.execute("INSERT INTO t VALUES (1, 'twice')")
        except errors.UniqueViolation as error:
            say("error", error.sqlstate, error.diag.message_primary, error.diag.message_detail)
        say("left", db.execute("SELECT count(*) FROM t").fetchone())
        try:
            db.execute("SELECT nothing FROM t")
        except errors.UndefinedColumn as error:
            say("error", error.sqlstate, error.diag.message_primary, error.diag.statement_position)
        db.rollback()
        say("alive", db.execute("SELECT 1").fetchone())


def copying():
    with connect() as db, db.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE c (id int, note text)")
        with cursor.copy("COPY c FROM STDIN") as copy:
            for number in range(1000):
                copy.write_row((number, f"note {number}"))
        say("copied in", cursor.rowcount)
        with cursor.copy("COPY c FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "text"])
            copy.write_row((1000, "binary"))
        size = 0
        with cursor.copy("COPY (SELECT * FROM c ORDER BY id) TO STDOUT") as copy:
            for data in copy:
                size += len(data)
        say("copied out", size)
        try:
            with cursor.copy("COPY c FROM STDIN") as copy:
                copy.write("not a number\tx\n")
        except errors.InvalidTextRepresentation as error:
            say("error", error.sqlstate, error.diag.message_primary, error.diag.context)
        db.rollback()
        say("alive", db.execute("SELECT 1").fetchone())


def cursors():
    with connect() as db:
        with db.cursor(name="named") as cursor:
            cursor.itersize = 3
            cursor.execute("SELECT id FROM customers ORDER BY id")
            say("named cursor", [row[0] for row in cursor])
        with db.cursor(name="scrolling", scrollable=True) as cursor:
            cursor.execute("SELECT id FROM customers ORDER BY id")
            cursor.scroll(4)
            say("scrolled", cursor.fetchone())
        say("streamed", [row[0] for row in db.cursor().stream("SELECT id FROM customers ORDER BY id")])


def pipelined():
    with connect() as db:
        with db.pipeline() as pipeline:
            one = db.execute("SELECT %s::int", (1,))
            two = db.execute("SELECT %s::text", ("two",))
            pipeline.sync()
            say("pipeline", one.fetchone(), two.fetchone())
        # The error comes to whichever call happens to read it, so it is caught around them all.
        try:
            with db.pipeline():
                db.execute("SELECT 1/0")
                db.execute("SELECT 3")
        except errors.DivisionByZero as error:
            say("error", error.sqlstate)
        say("status", db.info.transaction_status.name)
        db.rollback()
        say("alive", db.execute("SELECT 1").fetchone())


def cancelled():
    with connect() as db, connect(autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(7)")
        waiting = threading.Event()

        def cancel():
            waiting.wait()
            while other.execute(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 7"
            ).fetchone()[0] == 0:
                pass
            db.cancel()

        thread = threading.Thread(target=cancel)
        thread.start()
        try:
            waiting.set()
            db.execute("SELECT pg_advisory_lock(7)")
        except errors.QueryCanceled as error:
            say("error", error.sqlstate, error.diag.message_primary)
        thread.join()
        db.rollback()
        say("alive", db.execute("SELECT 1").fetchone())


def notified():
    with connect(autocommit=True) as listener, connect(autocommit=True) as speaker:
        channel = sql.Identifier("told_" + uuid.uuid4().hex[:8])
        listener.execute(sql.SQL("LISTEN {}").format(channel))
        speaker.execute(sql.SQL("NOTIFY {}, 'hello'").format(channel))
        for notification in listener.notifies(timeout=30, stop_after=1):
            say("notified", notification.payload)
        listener.add_notice_handler(lambda notice: say("notice", notice.severity, notice.message_primary))
        listener.execute("DO $$ BEGIN RAISE NOTICE 'listen'; END $$")


def held():
    with connect(autocommit=True) as db:
        db.add_notice_handler(lambda notice: say("notice", notice.message_primary, "|", notice.message_hint))
        with db.transaction():
            db.execute("CREATE TEMP TABLE mine (note text)")
            db.execute("INSERT INTO mine VALUES ('still here')")
            try:
                with db.transaction():
                    say("deleted", db.execute(
                        "DELETE FROM customers WHERE name <> %s AND id > %s", ("nobody", 3)).rowcount)
            except errors.InsufficientPrivilege as error:
                say("refused", error.sqlstate, error.diag.message_primary, "|", error.diag.message_detail)
            say("temporary", db.execute("SELECT note FROM mine").fetchone())
        say("alive", db.execute("SELECT count(*) FROM customers").fetchone())


if len(sys.argv) > 1:
    held()
else:
    for part in (values, prepared, transactions, copying, cursors, pipelined, cancelled, notified):
        part()

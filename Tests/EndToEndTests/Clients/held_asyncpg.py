"""Holds as an asyncpg user meets them. The connection comes from PG* variables, the story's name is the argument.

`cancelled` cancels when a line comes from standard input.
"""

import asyncio
import os
import ssl
import sys
import uuid
from datetime import datetime, timezone
from decimal import Decimal

import asyncpg


def say(*words):
    print(*words, flush=True)


def refusal(error):
    return type(error).__name__, error.sqlstate, error.message, "|", error.detail, "|", error.hint


async def transaction(db):
    """A command that is held, in a transaction with a temporary table; and what the transaction is after it."""
    await db.execute("BEGIN")
    await db.execute("CREATE TEMP TABLE mine AS SELECT 'still here' AS note")
    try:
        say("deleted", tuple(await db.fetchrow("DELETE FROM notes WHERE id = $1 RETURNING id", 3)))
    except asyncpg.InsufficientPrivilegeError as error:
        say("refused", *refusal(error))
    try:
        say("temporary", await db.fetchval("SELECT note FROM mine"))
    except asyncpg.InFailedSQLTransactionError as error:
        say("failed", error.sqlstate)
    await db.execute("ROLLBACK")
    say("status", "IDLE" if not db.is_in_transaction() else "open")
    say("alive", await db.fetchval("SELECT count(*) FROM notes"))
    try:
        await db.fetch("SELECT note FROM mine")
    except asyncpg.UndefinedTableError as error:
        say("undone", error.sqlstate)


async def values(db):
    try:
        await db.execute(
            "DELETE FROM notes WHERE id = $1 AND note = $2 AND at < $3 AND mark = $4 AND raw = $5"
            " AND note IS DISTINCT FROM $6::text AND id = ANY($7::int[]) AND id < $8::numeric AND $9::bool",
            42, "O'Brien", datetime(2026, 11, 21, 1, 2, 3, 500, tzinfo=timezone.utc),
            uuid.UUID("00112233-4455-6677-8899-aabbccddeeff"), b"\xde\xad\xbe\xef", None, [7, 8], Decimal("-12.50"), True)
    except asyncpg.InsufficientPrivilegeError as error:
        say("refused", *refusal(error))


async def batch(db):
    try:
        await db.executemany("DELETE FROM notes WHERE id = $1", [(1,), (2,), (3,)])
        say("batch", 3)
    except asyncpg.InsufficientPrivilegeError as error:
        say("refused", *refusal(error))
    say("alive", await db.fetchval("SELECT count(*) FROM notes"))


async def cancelled(db):
    task = asyncio.create_task(db.execute("DELETE FROM notes WHERE id = $1", 3))
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    task.cancel()
    try:
        say("deleted", await task)
    except asyncio.CancelledError:
        say("cancelled 57014")
    say("alive", await db.fetchval("SELECT count(*) FROM notes"))


async def main():
    db = await asyncpg.connect(ssl=ssl.create_default_context(cafile=os.environ["PGSSLROOTCERT"]))
    db.add_log_listener(lambda connection, message: say("notice", message.severity, message.message, "|", message.hint))
    stories = {story.__name__: story for story in (transaction, values, batch, cancelled)}
    await stories[sys.argv[1]](db)
    await db.close()


asyncio.run(main())

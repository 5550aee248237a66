"""What an asyncpg user does, said line by line. The connection comes from PG* variables; `held` is the story of a hold."""

import asyncio
import io
import os
import ssl
import sys
import uuid
from datetime import datetime, timezone
from decimal import Decimal

import asyncpg


def say(*words):
    print(*words, flush=True)


def connect():
    context = ssl.create_default_context(cafile=os.environ["PGSSLROOTCERT"])
    return asyncpg.connect(ssl=context)


async def values(db):
    row = await db.fetchrow(
        "SELECT $1::int, $2::text, $3::timestamptz, $4::uuid, $5::bytea, $6::numeric, $7::int[], $8::jsonb, $9::bool",
        7, "it's \\ é", datetime(2026, 11, 21, tzinfo=timezone.utc), uuid.UUID(int=5), b"\x00\xff", Decimal("12.50"),
        [1, 2], '{"a": 1}', None)
    say("values", tuple(row))
    say("rows", [tuple(row) for row in await db.fetch("SELECT id, name FROM customers ORDER BY id LIMIT 2")])


async def prepared(db):
    statement = await db.prepare("SELECT name FROM customers WHERE id = $1")
    for number in range(1, 5):
        say("prepared", await statement.fetchval(number))
    say("parameters", [parameter.name for parameter in statement.get_parameters()])


async def transactions(db):
    async with db.transaction():
        await db.execute("CREATE TEMP TABLE t (id int PRIMARY KEY, note text)")
        await db.executemany("INSERT INTO t VALUES ($1, $2)", [(i, f"n{i}") for i in range(50)])
    try:
        async with db.transaction():
            await db.execute("INSERT INTO t VALUES (100, 'x')")
            async with db.transaction():
                await db.execute("INSERT INTO t VALUES (1, 'twice')")
    except asyncpg.UniqueViolationError as error:
        say("error", error.sqlstate, error.message, error.detail)
    say("left", await db.fetchval("SELECT count(*) FROM t"))
    try:
        await db.fetch("SELECT nothing FROM t")
    except asyncpg.UndefinedColumnError as error:
        say("error", error.sqlstate, error.message, error.position)
    say("alive", await db.fetchval("SELECT 1"))


async def types(db):
    """A type that is not built in: asyncpg asks the catalogue about it."""
    await db.execute("CREATE TYPE pg_temp.mood AS ENUM ('sad', 'glad')")
    say("enum", await db.fetchval("SELECT 'glad'::pg_temp.mood"))
    say("record", await db.fetchval("SELECT ROW(1, 'x'::text)"))
    say("range", await db.fetchval("SELECT int4range(1, 5)"))


async def copying(db):
    await db.execute("CREATE TEMP TABLE c (id int, note text)")
    say("copied in", await db.copy_records_to_table("c", records=[(i, f"note {i}") for i in range(1000)]))
    out = io.BytesIO()
    say("copied out", await db.copy_from_query("SELECT * FROM c WHERE id < $1 ORDER BY id", 10, output=out))
    say("bytes", len(out.getvalue()))
    try:
        await db.copy_to_table("c", source=io.BytesIO(b"not a number\tx\n"))
    except asyncpg.InvalidTextRepresentationError as error:
        say("error", error.sqlstate, error.message)
    say("alive", await db.fetchval("SELECT 1"))


async def cursors(db):
    async with db.transaction():
        say("cursor", [row[0] async for row in db.cursor("SELECT id FROM customers ORDER BY id", prefetch=3)])
        cursor = await db.cursor("SELECT id FROM customers ORDER BY id")
        say("forward", await cursor.forward(4), (await cursor.fetchrow())[0])


async def cancelled(db):
    other = await connect()
    await other.execute("SELECT pg_advisory_lock(8)")
    task = asyncio.create_task(db.fetch("SELECT pg_advisory_lock(8)"))
    while await other.fetchval(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 8") == 0:
        pass
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        say("cancelled")
    say("alive", await db.fetchval("SELECT 1"))
    try:
        await db.fetch("SELECT pg_advisory_lock(8)", timeout=0.2)
    except asyncio.TimeoutError:
        say("timeout")
    say("alive", await db.fetchval("SELECT 1"))
    await other.close()


async def notified(db):
    other = await connect()
    told = asyncio.get_running_loop().create_future()
    channel = "told_" + uuid.uuid4().hex[:8]
    await db.add_listener(channel, lambda connection, pid, name, payload: told.set_result(payload))
    await other.execute(f"NOTIFY {channel}, 'hello'")
    say("notified", await asyncio.wait_for(told, 30))
    await db.reset()
    await other.close()


async def held(db):
    db.add_log_listener(lambda connection, message: say("notice", message.message, "|", message.hint))
    async with db.transaction():
        await db.execute("CREATE TEMP TABLE mine (note text)")
        await db.execute("INSERT INTO mine VALUES ('still here')")
        try:
            async with db.transaction():
                say("deleted", await db.execute(
                    "DELETE FROM customers WHERE name <> $1 AND id > $2", "nobody", 3))
        except asyncpg.InsufficientPrivilegeError as error:
            say("refused", error.sqlstate, error.message, "|", error.detail)
        say("temporary", await db.fetchval("SELECT note FROM mine"))
    say("alive", await db.fetchval("SELECT count(*) FROM customers"))


async def main():
    db = await connect()
    parts = (held,) if len(sys.argv) > 1 else (
        values, prepared, transactions, types, copying, cursors, cancelled, notified)
    for part in parts:
        await part(db)
    await db.close()


asyncio.run(main())

import java.io.StringReader;
import java.io.StringWriter;
import java.sql.*;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** What a JDBC user does, said line by line. Arguments: the URL, user, password, and `held` for the story of a hold. */
public class WithJdbc {
    static void say(Object... words) {
        StringBuilder line = new StringBuilder();
        for (Object word : words) line.append(line.length() == 0 ? "" : " ").append(word);
        System.out.println(line);
        System.out.flush();
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection db = DriverManager.getConnection(arguments[0], arguments[1], arguments[2])) {
            if (arguments.length > 3) {
                held(db);
                return;
            }
            values(db);
            prepared(db);
            transactions(db);
            batches(db);
            fetching(db);
            copying(db);
            timeout(db);
            cancelled(db, arguments);
            notified(db, arguments);
            describing(db);
        }
    }

    static void values(Connection db) throws SQLException {
        // The driver changes to a named statement and binary values at the fifth use.
        try (PreparedStatement statement = db.prepareStatement("SELECT ?::int, ?::text, ?::timestamptz, ?::uuid, ?::bytea, ?::numeric, ?::bool")) {
            for (int number = 0; number < 8; number++) {
                statement.setInt(1, number);
                statement.setString(2, "it's \\ é");
                statement.setTimestamp(3, Timestamp.valueOf("2026-11-21 00:00:00"));
                statement.setObject(4, new UUID(0, 5));
                statement.setBytes(5, new byte[] {0, (byte) 255});
                statement.setBigDecimal(6, new java.math.BigDecimal("12.50"));
                statement.setNull(7, Types.BOOLEAN);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    say("values", rows.getInt(1), rows.getString(2), rows.getTimestamp(3), rows.getObject(4), rows.getBytes(5).length, rows.getBigDecimal(6), rows.getObject(7));
                }
            }
        }
    }

    static void prepared(Connection db) throws SQLException {
        try (PreparedStatement statement = db.prepareStatement("SELECT name FROM customers WHERE id = ?")) {
            say("parameter", statement.getParameterMetaData().getParameterTypeName(1), statement.getMetaData().getColumnName(1));
            for (int number = 1; number < 8; number++) {
                statement.setInt(1, number);
                ResultSet rows = statement.executeQuery();
                rows.next();
                say("prepared", rows.getString(1));
            }
        }
    }

    static void transactions(Connection db) throws SQLException {
        db.setAutoCommit(false);
        try (Statement statement = db.createStatement()) {
            statement.execute("CREATE TEMP TABLE t (id int PRIMARY KEY, note text)");
            statement.execute("INSERT INTO t VALUES (1, 'one'); INSERT INTO t VALUES (2, 'two')");
            Savepoint savepoint = db.setSavepoint("here");
            try {
                statement.execute("INSERT INTO t VALUES (1, 'twice')");
            } catch (PSQLException error) {
                say("error", error.getSQLState(), error.getServerErrorMessage().getMessage(), error.getServerErrorMessage().getDetail());
            }
            db.rollback(savepoint);
            db.commit();
            ResultSet rows = statement.executeQuery("SELECT count(*) FROM t");
            rows.next();
            say("left", rows.getInt(1));
        }
        db.commit();
        db.setAutoCommit(true);
    }

    static void batches(Connection db) throws SQLException {
        try (PreparedStatement statement = db.prepareStatement("INSERT INTO t VALUES (?, ?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int number = 10; number < 300; number++) {
                statement.setInt(1, number);
                statement.setString(2, "n" + number);
                statement.addBatch();
            }
            say("batch", statement.executeBatch().length);
        }
    }

    static void fetching(Connection db) throws SQLException {
        db.setAutoCommit(false);
        try (Statement statement = db.createStatement()) {
            statement.setFetchSize(3);
            ResultSet rows = statement.executeQuery("SELECT id FROM customers ORDER BY id");
            StringBuilder read = new StringBuilder();
            while (rows.next()) read.append(rows.getInt(1)).append(' ');
            say("fetched", read);
        }
        db.commit();
        db.setAutoCommit(true);
    }

    static void copying(Connection db) throws Exception {
        var copies = db.unwrap(PGConnection.class).getCopyAPI();
        say("copied in", copies.copyIn("COPY t FROM STDIN", new StringReader("1000\ta\n1001\tb\n")));
        StringWriter out = new StringWriter();
        say("copied out", copies.copyOut("COPY (SELECT * FROM t WHERE id >= 1000 ORDER BY id) TO STDOUT", out), out.toString().length());
        try {
            copies.copyIn("COPY t FROM STDIN", new StringReader("x\ta\n"));
        } catch (PSQLException error) {
            say("error", error.getSQLState());
        }
    }

    static void timeout(Connection db) throws SQLException {
        try (Statement statement = db.createStatement()) {
            statement.setQueryTimeout(1);
            statement.execute("SELECT pg_sleep(60)");
        } catch (SQLException error) {
            say("error", error.getSQLState());
        }
        try (Statement statement = db.createStatement()) {
            say("alive", statement.execute("SELECT 1"));
        }
    }

    static Connection another(String[] arguments) throws SQLException {
        return DriverManager.getConnection(arguments[0], arguments[1], arguments[2]);
    }

    /** Cancels once the server says that the statement waits. */
    static void cancelled(Connection db, String[] arguments) throws Exception {
        try (Connection other = another(arguments); Statement holder = other.createStatement(); Statement waiting = db.createStatement()) {
            holder.execute("SELECT pg_advisory_lock(9)");
            Thread thread = new Thread(() -> {
                try {
                    boolean waits = false;
                    while (!waits) {
                        ResultSet rows = holder.executeQuery(
                            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 9");
                        waits = rows.next() && rows.getInt(1) == 1;
                    }
                    waiting.cancel();
                } catch (SQLException error) {
                    say("cancel", error);
                }
            });
            thread.start();
            try {
                waiting.execute("SELECT pg_advisory_lock(9)");
            } catch (PSQLException error) {
                say("error", error.getSQLState(), error.getServerErrorMessage().getMessage());
            }
            thread.join();
            say("alive", waiting.execute("SELECT 1"));
        }
    }

    static void notified(Connection db, String[] arguments) throws SQLException {
        String channel = "told_" + UUID.randomUUID().toString().substring(0, 8);
        try (Connection other = another(arguments); Statement listener = db.createStatement(); Statement speaker = other.createStatement()) {
            listener.execute("LISTEN " + channel);
            speaker.execute("NOTIFY " + channel + ", 'hello'");
            for (var notification : db.unwrap(PGConnection.class).getNotifications(30_000)) {
                say("notified", notification.getName().equals(channel), notification.getParameter());
            }
            listener.execute("UNLISTEN *");
        }
    }

    static void describing(Connection db) throws SQLException {
        try (ResultSet rows = db.getMetaData().getColumns(null, "public", "customers", null)) {
            while (rows.next()) say("column", rows.getString("COLUMN_NAME"), rows.getString("TYPE_NAME"));
        }
        try (ResultSet rows = db.getMetaData().getPrimaryKeys(null, "public", "customers")) {
            while (rows.next()) say("key", rows.getString("COLUMN_NAME"));
        }
    }

    static void held(Connection db) throws SQLException {
        db.setAutoCommit(false);
        try (Statement statement = db.createStatement()) {
            statement.execute("CREATE TEMP TABLE mine (note text)");
            statement.execute("INSERT INTO mine VALUES ('still here')");
        }
        Savepoint savepoint = db.setSavepoint("before");
        try (PreparedStatement statement = db.prepareStatement("DELETE FROM customers WHERE name <> ? AND id > ?")) {
            statement.setString(1, "nobody");
            statement.setInt(2, 3);
            say("deleted", statement.executeUpdate());
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) say("notice", warning.getMessage());
        } catch (PSQLException error) {
            say("refused", error.getSQLState(), error.getServerErrorMessage().getMessage(), "|", error.getServerErrorMessage().getDetail());
            db.rollback(savepoint);
        }
        try (Statement statement = db.createStatement()) {
            ResultSet rows = statement.executeQuery("SELECT note FROM mine");
            rows.next();
            say("temporary", rows.getString(1));
            db.commit();
            rows = statement.executeQuery("SELECT count(*) FROM customers");
            rows.next();
            say("alive", rows.getInt(1));
        }
        db.commit();
    }
}

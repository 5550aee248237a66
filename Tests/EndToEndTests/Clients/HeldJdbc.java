import java.math.BigDecimal;
import java.sql.*;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Holds as a JDBC user meets them. Arguments: the URL, user, password, and the story's name. */
public class HeldJdbc {
    static void say(Object... words) {
        StringBuilder line = new StringBuilder();
        for (Object word : words) line.append(line.length() == 0 ? "" : " ").append(word);
        System.out.println(line);
        System.out.flush();
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection db = DriverManager.getConnection(arguments[0], arguments[1], arguments[2])) {
            switch (arguments[3]) {
                case "pipeline" -> pipeline(db);
                case "transaction" -> transaction(db);
                case "values" -> values(db);
                case "batch" -> batch(db);
                case "cancelled" -> cancelled(db);
                default -> throw new IllegalArgumentException(arguments[3]);
            }
        }
    }

    static String refusal(SQLException error) {
        SQLException cause = error instanceof BatchUpdateException ? error.getNextException() : error;
        ServerErrorMessage said = ((PSQLException) cause).getServerErrorMessage();
        return String.join(
            " ", cause.getClass().getSimpleName(), cause.getSQLState(), said.getMessage(), "|", said.getDetail(), "|", said.getHint());
    }

    static Object one(Connection db, String text) throws SQLException {
        try (Statement statement = db.createStatement(); ResultSet rows = statement.executeQuery(text)) {
            rows.next();
            return rows.getObject(1);
        }
    }

    /** Ten statements that are sent together, of which the fourth deletes. */
    static void pipeline(Connection db) throws SQLException {
        try (Statement statement = db.createStatement()) {
            for (int number = 1; number <= 10; number++)
                statement.addBatch((number == 4 ? "DELETE FROM notes" : "UPDATE notes SET note = 'changed'") + " WHERE id = " + number);
            for (int count : statement.executeBatch()) say("answered", count);
        } catch (BatchUpdateException error) {
            say("refused", refusal(error));
            for (int count : error.getUpdateCounts()) say("count", count == Statement.EXECUTE_FAILED ? "failed" : count);
        }
        say("alive", one(db, "SELECT count(*) || ' ' || count(*) FILTER (WHERE note = 'changed') FROM notes"));
    }

    static void transaction(Connection db) throws SQLException {
        db.setAutoCommit(false);
        try (Statement statement = db.createStatement()) {
            statement.execute("CREATE TEMP TABLE mine AS SELECT 'still here' AS note");
        }
        try (PreparedStatement statement = db.prepareStatement("DELETE FROM notes WHERE id = ? RETURNING id")) {
            statement.setInt(1, 3);
            ResultSet rows = statement.executeQuery();
            rows.next();
            say("deleted", rows.getInt(1));
        } catch (PSQLException error) {
            say("refused", refusal(error));
        }
        try {
            say("temporary", one(db, "SELECT note FROM mine"));
        } catch (PSQLException error) {
            say("failed", error.getSQLState());
        }
        db.rollback();
        say("alive", one(db, "SELECT count(*) FROM notes"));
        try {
            one(db, "SELECT note FROM mine");
        } catch (PSQLException error) {
            say("undone", error.getSQLState());
        }
        db.rollback();
    }

    static void values(Connection db) throws SQLException {
        String text =
            "DELETE FROM notes WHERE id = ? AND note = ? AND at < ? AND mark = ? AND raw = ?"
                + " AND note IS DISTINCT FROM ?::text AND id = ANY(?::int[]) AND id < ?::numeric AND ?::bool";
        try (PreparedStatement statement = db.prepareStatement(text)) {
            statement.setInt(1, 42);
            statement.setString(2, "O'Brien");
            statement.setObject(3, OffsetDateTime.parse("2026-11-21T01:02:03.000500Z"));
            statement.setObject(4, UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
            statement.setBytes(5, new byte[] {(byte) 0xde, (byte) 0xad, (byte) 0xbe, (byte) 0xef});
            statement.setNull(6, Types.VARCHAR);
            statement.setArray(7, db.createArrayOf("int4", new Integer[] {7, 8}));
            statement.setBigDecimal(8, new BigDecimal("-12.50"));
            statement.setBoolean(9, true);
            statement.executeUpdate();
        } catch (PSQLException error) {
            say("refused", refusal(error));
        }
    }

    static void batch(Connection db) throws SQLException {
        try (PreparedStatement statement = db.prepareStatement("DELETE FROM notes WHERE id = ?")) {
            for (int number = 1; number <= 3; number++) {
                statement.setInt(1, number);
                statement.addBatch();
            }
            int deleted = 0;
            for (int count : statement.executeBatch()) deleted += count;
            say("batch", deleted);
        } catch (BatchUpdateException error) {
            say("refused", refusal(error));
        }
        say("alive", one(db, "SELECT count(*) FROM notes"));
    }

    /** Cancels when a line comes from standard input. */
    static void cancelled(Connection db) throws Exception {
        db.setAutoCommit(false);
        try (PreparedStatement statement = db.prepareStatement("DELETE FROM notes WHERE id = ?")) {
            Thread thread = new Thread(() -> {
                try {
                    System.in.read();
                    statement.cancel();
                } catch (Exception error) {
                    say("cancel", error);
                }
            });
            thread.start();
            try {
                statement.setInt(1, 3);
                say("deleted", statement.executeUpdate());
            } catch (PSQLException error) {
                say("cancelled", error.getSQLState());
            }
            thread.join();
        }
        db.rollback();
        say("alive", one(db, "SELECT count(*) FROM notes"));
    }
}

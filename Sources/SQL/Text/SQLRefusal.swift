/// Why a text is not taken: the words of an ErrorResponse.
public struct SQLRefusal: Error, Hashable, Sendable {
    /// Five characters (PostgreSQL documentation, appendix A).
    public var sqlstate: String
    public var message: String
    /// Where in the text, in characters from 1, as PostgreSQL counts; `nil` when it is nowhere.
    public var position: Int?
    public var hint: String?

    public init(sqlstate: String, message: String, position: Int? = nil, hint: String? = nil) {
        self.sqlstate = sqlstate
        self.message = message
        self.position = position
        self.hint = hint
    }

    /// As the server says it of a name that it does not have (`FetchPreparedStatement`, `GetPortalByName`).
    public static func noStatement(_ name: String) -> SQLRefusal {
        SQLRefusal(
            sqlstate: "26000",
            message: name.isEmpty
                ? "unnamed prepared statement does not exist"
                : "prepared statement \"\(name)\" does not exist")
    }

    public static func noCursor(_ name: String) -> SQLRefusal {
        SQLRefusal(sqlstate: "34000", message: "cursor \"\(name)\" does not exist")
    }

    public static func noPortal(_ name: String) -> SQLRefusal {
        SQLRefusal(sqlstate: "34000", message: "portal \"\(name)\" does not exist")
    }
}

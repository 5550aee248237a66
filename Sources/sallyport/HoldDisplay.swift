import Foundation
import Holds
import Vocabulary

/// A hold as a person reads it before they decide. Everything that the digest covers is shown from the very fields that
/// the digest is computed from; what is withheld is said, and so is what is shown only to who asks for it.
struct HoldDisplay {
    let hold: HoldView
    /// How a reader gets the exact JSON of a call to an engine, whose statement says in words what it does; `nil`: it is shown.
    var exactIsShownBy: String?

    var lines: [String] {
        var lines = [
            Terminal.bold("Hold \(visible(hold.id.rawValue))  \(hold.state.rawValue)\(risk)")
        ]
        lines += asker
        lines += statement
        lines += values
        lines += effects
        lines += open
        lines += coming
        lines += ending
        return lines
    }

    private var risk: String { hold.risk.map { "  risk: \(visible($0))" } ?? "" }

    private func field(_ name: StatementFieldName) -> String {
        hold.statement.text(name).map { visible($0) } ?? "(withheld)"
    }

    private var asker: [String] {
        let issuers =
            hold.statement.issuers.map { $0.map { visible($0) }.joined(separator: ", ") }
            ?? "(withheld)"
        let transaction = field(.inTransaction) == "true" ? "  (inside an open transaction)" : ""
        return [
            "  asked by   \(field(.requester)), owned by \(field(.owner))\(issuers.isEmpty ? "" : ", token issued by \(issuers)")",
            "  on         \(field(.target))\(transaction)",
            // Said by what is signed.
            field(.session).hasPrefix("retry ")
                ? "  again      \(field(.session)): no session, but the next same request of this credential"
                : "  session    \(field(.session))",
            "  policy     \(field(.policy).prefix(16))  rules: \(rules)",
            "  opened     \(timeText(hold.opened.milliseconds))   expires \(timeText(Int64(field(.expires))))",
        ]
    }

    /// What holds it, and apart from that what else had a say in it.
    private var rules: String {
        let list = { (rules: [String]) in rules.map { visible($0) }.joined(separator: ", ") }
        guard let holding = hold.holdRules, !holding.isEmpty else { return list(hold.rules) }
        let others = hold.rules.filter { !holding.contains($0) }
        return list(holding) + (others.isEmpty ? "" : "  (matched too: \(list(others)))")
    }

    private var statement: [String] {
        guard let text = hold.statement.text(.statement) else {
            let masked = hold.maskedStatement ?? ""
            let warning =
                masked.contains(" of code)")
                ? [Terminal.red("             a part of what would run is hidden")] : []
            return [
                "  command    (secrets masked, each *** with how much it hides: the true text is withheld, its commitment is signed)"
            ] + warning + indented(masked)
        }
        let hidden = hiddenCount(text)
        let warning =
            hidden == 0
            ? "" : Terminal.red("  \(hidden) characters are not what they seem: shown as \\u{...}")
        var lines = indented(text)
        if exactIsShownBy != nil, maskedBody != nil { lines.removeLast() }
        return ["  command    (\(field(.kind)), \(text.utf8.count) bytes)" + warning] + lines
    }

    private func indented(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "    | \(visible($0))" }
    }

    private var values: [String] {
        if let how = exactIsShownBy, exact != nil {
            let value = hold.statement.values.first.flatMap { $0 }
            let bytes = value?.bytes?.count ?? maskedBody?.utf8.count ?? 0
            let masked = value == nil ? ", secrets masked" : ""
            return ["    $1 = the exact JSON (\(bytes) bytes\(masked)): \(how) shows it"]
        }
        return hold.statement.values.enumerated().map { index, value in
            guard let value else { return "    $\(index + 1) = (withheld)" }
            return "    $\(index + 1) = \(shown(value))"
        }
    }

    /// The JSON of a call to an engine as it goes out, but for secrets; `nil` for anything else.
    var exact: [String]? {
        guard isCall, hold.statement.values.count == 1, let first = hold.statement.values.first
        else { return nil }
        if let value = first { return ["    $1 = \(shown(value))"] }
        return maskedBody.map { ["    $1, with secrets masked: \(visible($0))"] }
    }

    private var isCall: Bool { hold.statement.text(.kind) == Action.Kind.call.rawValue }

    /// Where the true JSON is withheld, what is shown of it is the last line of the statement: the gateway's own.
    private var maskedBody: String? {
        let beginning = "body: "
        guard isCall, hold.statement.values.count == 1,
            hold.statement.withheld.contains(StatementFieldName.value(1).text),
            let line = hold.statement.text(.statement)?.split(
                separator: "\n", omittingEmptySubsequences: false
            ).last, line.hasPrefix(beginning)
        else { return nil }
        return String(line.dropFirst(beginning.count))
    }

    private func shown(_ value: BoundValue) -> String {
        guard let bytes = value.bytes else { return "NULL" }
        let type = value.type == 0 ? "" : "  (\(BinaryValue.name(value.type)))"
        if value.format == .text, let text = String(validating: bytes, as: UTF8.self) {
            return "'\(visible(text))'\(type)"
        }
        let text = BinaryValue(bytes, value.type).text.map { "'\(visible($0))'" }
        return (text ?? "\\x" + hexText(bytes)) + type + " binary"
    }

    private var effects: [String] {
        guard let list = hold.statement.effects?.array else { return ["  touches    (withheld)"] }
        return ["  touches"] + list.map { "    - \(words($0))" }
    }

    private func words(_ effect: JSONValue) -> String {
        let verb = effect["verb"]?.text ?? "?"
        let object = effect["object"].map(objectWords) ?? "?"
        var attributes: [String] = []
        if case .object(let members)? = effect["attributes"] {
            attributes = members.filter { $0.key != "statements" }.sorted { $0.key < $1.key }.map {
                "\($0.key): \(plain($0.value))"
            }
        }
        let shown = attributes.isEmpty ? "" : "  (\(attributes.joined(separator: ", ")))"
        return visible("\(verb) \(object)\(shown)")
    }

    private func objectWords(_ value: JSONValue) -> String {
        if let name = value["exactly"] { return nameWords(name) }
        if let names = value["one_of"]?.array {
            return "one of " + names.map(nameWords).joined(separator: ", ")
        }
        if let names = value["known_as"]?.array {
            return names.map(nameWords).joined(separator: ", also called ")
        }
        return value["anything"] == nil ? plain(value) : "anything: it cannot be known what"
    }

    private func nameWords(_ name: JSONValue) -> String {
        ObjectName(name.array?.compactMap(\.text) ?? []).description
    }

    private func plain(_ value: JSONValue) -> String {
        switch value {
        case .null: "-"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .text(let text): text
        case .object(let members) where members["number"] != nil: members["number"]?.text ?? "?"
        case .array, .object: String(decoding: value.canonical, as: UTF8.self)
        }
    }

    private var open: [String] {
        guard let open = hold.statement.leavesOpen, !open.isEmpty else { return [] }
        return ["  leaves open"] + open.map { "    - \(visible($0))" }
    }

    /// Nobody waits for a retry hold, so it says who has to come.
    private var coming: [String] {
        guard hold.kind == .retry else { return [] }
        switch hold.state {
        case .pending:
            return [
                "  once approved, it waits for \(field(.requester)) to run exactly the same again"
            ]
        case .approved:
            return ["  waits for \(field(.requester)) to run exactly the same again, once"]
        default: return []
        }
    }

    private var ending: [String] {
        var lines = hold.consents.map { consent in
            "  \(consent.decision.rawValue) by \(consent.person) at \(timeText(consent.at.milliseconds))"
                + (consent.reason.isEmpty ? "" : ": \(visible(consent.reason))")
                + (consent.isCurrent ? "" : "  (void: the hold changed since)")
        }
        if !hold.missing.isEmpty {
            lines.append("  " + hold.missing.map(\.description).joined(separator: ", "))
        }
        if let ended = hold.ended {
            let who = hold.endedBy.map { " by \($0)" } ?? ""
            lines.append(
                "  ended \(timeText(ended.milliseconds))\(who): \(visible(hold.why ?? hold.state.rawValue))"
            )
        }
        let withheld = hold.statement.withheld
        if !withheld.isEmpty {
            lines.append("  withheld: \(withheld.map { visible($0) }.joined(separator: ", "))")
        }
        return lines
    }
}

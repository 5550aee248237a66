import Vocabulary

/// SET, RESET, and every other road to a setting.
extension Inspector {
    /// Says that a setting changes. `nil` for the name: any of them; for the value: the default, or not known.
    func setting(_ name: String?, value: String?, isLocal: Bool) {
        guard let name = name?.lowercased() else {
            emit(.session, .anything)
            changes.append(.settingChanged(name: nil, value: nil, isLocal: isLocal))
            return
        }
        emit(.session, settingReference(name))
        refuseForbidden(name, value)
        changes.append(.settingChanged(name: name, value: value, isLocal: isLocal))
    }

    func settingReference(_ name: String) -> ObjectReference {
        .exactly(ObjectName(name.split(separator: ".").map(String.init)))
    }

    /// Settings under which the server would read another text than the gateway.
    func refuseForbidden(_ name: String, _ value: String?) {
        guard let value = value?.lowercased() else { return }
        switch name.lowercased() {
        case "client_encoding" where !["utf8", "utf-8", "unicode"].contains(value):
            refuse("client_encoding is UTF8 on this gateway", hint: "leave it, or set it to UTF8")
        case "standard_conforming_strings"
        where !["on", "true", "yes", "1", "t", "y", "tru", "tr", "ye"].contains(value):
            refuse(
                "standard_conforming_strings is on on this gateway",
                hint: "write E'...' for a literal with backslash escapes")
        default: break
        }
    }

    func set(_ node: Node) {
        mark(node)
        let isLocal = node.flag(.isLocal)
        switch node.text(.kind) {
        case "VAR_SET_VALUE", "VAR_SET_CURRENT":
            markAll(node)
            setting(node.text(.name), value: settingValue(node), isLocal: isLocal)
        case "VAR_SET_DEFAULT", "VAR_RESET":
            setting(node.text(.name), value: nil, isLocal: isLocal)
        case "VAR_RESET_ALL": setting(nil, value: nil, isLocal: false)
        case "VAR_SET_MULTI": setMultiple(node)
        default: unknown()
        }
    }

    /// `SET TRANSACTION`, `SET SESSION CHARACTERISTICS`, `SET TRANSACTION SNAPSHOT`.
    private func setMultiple(_ node: Node) {
        markAll(node)
        switch node.text(.name) {
        case "SESSION CHARACTERISTICS":
            for option in node.nodes(.args) {
                let name = option.text(.defname) ?? ""
                setting("default_" + name, value: nil, isLocal: false)
            }
        default: emit(.transaction)
        }
    }

    /// The value as the server joins it; `nil` when it is no constant.
    func settingValue(_ node: Node) -> String? {
        let arguments = node.nodes(.args)
        guard !arguments.isEmpty, node.text(.kind) == "VAR_SET_VALUE" else { return nil }
        var parts: [String] = []
        for argument in arguments {
            guard case .text(let text) = constant(argument) else { return nil }
            parts.append(
                arguments.count > 1 || node.text(.name) == "search_path" ? quoted(text) : text)
        }
        return parts.joined(separator: ", ")
    }

    private func quoted(_ name: String) -> String {
        ObjectName([name]).description
    }

    /// A setting that is kept for later (`ALTER ROLE ... SET`, a function's SET clause): not changed now.
    func keptSetting(_ node: Node?) {
        guard let node else { return }
        markAll(node)
        guard let name = node.text(.name) else { return }
        refuseForbidden(name, settingValue(node))
    }
}

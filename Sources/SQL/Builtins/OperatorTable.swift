/// The reviewed operators, read once from `list`. All of them compute and nothing else; over types that
/// are not built in they run what those types bring.
struct OperatorTable: Sendable {
    static let shared = OperatorTable()

    private(set) var names: [String: [BuiltinOperator]] = [:]
    /// Words that did not read; a test holds this empty.
    private(set) var unread: [String] = []

    func operators(named name: String) -> [BuiltinOperator] { names[name] ?? [] }

    func judge(
        named name: String, left: UInt32?, right: UInt32?, isPrefix: Bool
    ) -> FunctionJudgement {
        let types = isPrefix ? [right] : [left, right]
        let call = Call(name: name, count: types.count, types: types)
        var fitting = operators(named: name).filter { $0.fits(call) }
        if let exact = fitting.first(where: { $0.operandTypes == types }) { fitting = [exact] }
        guard !fitting.isEmpty else { return .unlisted }
        var deeds: [FunctionDeed] = []
        for deed in fitting.flatMap(\.deeds) {
            for left in deed.left(by: call) where !deeds.contains(left) { deeds.append(left) }
        }
        return FunctionJudgement(
            deeds: deeds, isBuiltin: true, resultType: sharedResult(fitting.map(\.resultType)))
    }

    private init() {
        var name = ""
        for word in Self.list.split(whereSeparator: { $0 == "\n" || $0 == " " }) {
            if word.hasPrefix("@"), !word.contains(",") {
                name = String(word.dropFirst())
            } else if let found = BuiltinOperator(name: name, signature: word) {
                names[name, default: []].append(found)
            } else {
                unread.append("\(name) \(word)")
            }
        }
    }
}

extension BuiltinOperator {
    /// Reads `left,right,result`.
    fileprivate init?(name: String, signature: Substring) {
        let words = signature.split(separator: ",", omittingEmptySubsequences: false)
        let types = words.map { TypeTable.shared.type(named: String($0)) }
        guard types.count == 3, let right = types[1], let result = types[2],
            types[0] != nil || words[0].isEmpty
        else { return nil }
        let operands = types[0].map { [$0, right] } ?? [right]
        self.init(
            name: name, leftType: types[0]?.oid, rightType: right.oid, resultType: result.oid,
            deeds: operands.indices.compactMap {
                Self.runs(operands[$0], in: name) ? .runsTypeOf(argument: $0) : nil
            })
    }

    /// Joining arrays only moves their elements; an enumeration is compared by the server alone.
    private static func runs(_ type: BuiltinType, in name: String) -> Bool {
        guard type.isPolymorphic, type.name != "anyenum" else { return false }
        return !(name == "||" && type.name.hasPrefix("anycompatible"))
    }

    var operandTypes: [UInt32?] { leftType.map { [$0, rightType] } ?? [rightType] }

    func fits(_ call: Call) -> Bool {
        let types = operandTypes
        return types.count == call.count
            && types.indices.allSatisfy { index in
                types[index].map { TypeFit.fits(call.type(index), $0) } ?? false
            }
    }
}

/// The reviewed operators, read once from `list`. All of them compute and nothing else; over types
/// that are not built in they run what those types bring.
struct OperatorTable: Sendable {
    static let shared = OperatorTable()

    private(set) var names: [String: [BuiltinOperator]] = [:]
    private var exact: [Signature: BuiltinOperator] = [:]
    /// Words that did not read; a test holds this empty.
    private(set) var unread: [String] = []

    func operators(named name: String) -> [BuiltinOperator] { names[name] ?? [] }

    func judge(
        named name: String, left: UInt32?, right: UInt32?, isPrefix: Bool
    ) -> FunctionJudgement {
        let types = isPrefix ? [right] : [left, right]
        let call = Call(name: name, count: types.count, types: types)
        if let found = Signature(name, left, right, isPrefix: isPrefix).flatMap({ exact[$0] }) {
            return judgement([found], call)
        }
        let fitting = operators(named: name).filter {
            ($0.leftType == nil) == isPrefix && TypeFit.fits(right, $0.rightType)
                && ($0.leftType.map { TypeFit.fits(left, $0) } ?? true)
        }
        return fitting.isEmpty ? .unlisted : judgement(fitting, call)
    }

    private func judgement(_ operators: [BuiltinOperator], _ call: Call) -> FunctionJudgement {
        var deeds: [FunctionDeed] = []
        for found in operators {
            for deed in found.deeds + call.conversions(to: found.operandTypes)
            where !deeds.contains(deed) {
                deeds += deed.left(by: call)
            }
        }
        return FunctionJudgement(
            deeds: deeds, isBuiltin: true, resultType: sharedResult(operators.map(\.resultType)))
    }

    private init() {
        var name = ""
        for word in Self.list.split(whereSeparator: { $0 == "\n" || $0 == " " }) {
            if word.hasPrefix("@"), !word.contains(",") {
                name = String(word.dropFirst())
            } else if let found = BuiltinOperator(name: name, signature: word) {
                names[name, default: []].append(found)
                exact[Signature(found)] = found
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

    fileprivate var operandTypes: [UInt32] { leftType.map { [$0, rightType] } ?? [rightType] }
}

/// A name with the types of its operands, as the server looks it up first.
private struct Signature: Hashable {
    let name: String
    /// 0 for a prefix operator.
    let left: UInt32
    let right: UInt32

    init(_ found: BuiltinOperator) {
        name = found.name
        left = found.leftType ?? 0
        right = found.rightType
    }

    /// A bare literal takes the other operand's type (PostgreSQL 15 documentation, 10.2, step 2a).
    /// `nil` when a type is not known.
    init?(_ name: String, _ left: UInt32?, _ right: UInt32?, isPrefix: Bool) {
        guard let right, let left = isPrefix ? 0 : left else { return nil }
        self.name = name
        self.left = left == TypeFit.unknown ? right : left
        self.right = right == TypeFit.unknown && !isPrefix ? left : right
    }
}

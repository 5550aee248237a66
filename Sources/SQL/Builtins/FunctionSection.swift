import Vocabulary

/// The head of a section in the list of functions, and the reading of its signatures.
struct FunctionSection {
    let category: FunctionCategory
    let schema: String
    let deeds: [FunctionDeed]
    /// The deeds follow from the polymorphic arguments of each signature.
    let followsTypes: Bool

    /// Reads `category schema : deed ; deed`.
    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count >= 2, let category = FunctionCategory(rawValue: String(words[0])) else {
            return nil
        }
        let clauses = words.dropFirst(3).split(separator: ";").map(Array.init)
        followsTypes = clauses == [["types"]]
        let deeds = followsTypes ? [] : clauses.map(Self.deed)
        guard deeds.allSatisfy({ $0 != nil }) else { return nil }
        self.category = category
        self.schema = String(words[1])
        self.deeds = deeds.compactMap { $0 }
    }

    private static func deed(_ words: [Substring]) -> FunctionDeed? {
        let numbers = words.dropFirst().compactMap { Int($0) }
        switch (words.first, numbers.count) {
        case ("runs", 1): return .runsText(argument: numbers[0])
        case ("fetches", 1): return .fetches(cursorArgument: numbers[0])
        case ("setting", 1): return .readsSetting(argument: numbers[0])
        case ("sets", 2): return .sets(nameArgument: numbers[0], valueArgument: numbers[1])
        default: return effect(words, argument: numbers.first)
        }
    }

    private static func effect(_ words: [Substring], argument: Int?) -> FunctionDeed? {
        guard words.count >= 2, let verb = Verb(rawValue: String(words[0])) else { return nil }
        switch (words[1], argument) {
        case ("none", nil): return .effect(verb, .none)
        case ("function", nil): return .effect(verb, .function)
        case ("anything", nil): return .effect(verb, .anything)
        case ("relation", let argument?): return .effect(verb, .relation(argument: argument))
        case ("schema", let argument?): return .effect(verb, .relationsOfSchema(argument: argument))
        case ("text", let argument?): return .effect(verb, .text(argument: argument))
        default:
            guard argument == nil, let name = ObjectName(parsing: String(words[1])) else {
                return nil
            }
            return .effect(verb, .named(name))
        }
    }

    /// Reads `oid(name:type,type)result=defaults*`.
    func function(_ name: String, signature: Substring) -> BuiltinFunction? {
        let parts = signature.split(omittingEmptySubsequences: false) { $0 == "(" || $0 == ")" }
        guard parts.count == 3, let oid = UInt32(parts[0]) else { return nil }
        let isVariadic = parts[2].hasSuffix("*")
        let tail = (isVariadic ? parts[2].dropLast() : parts[2]).split(separator: "=")
        let arguments = parts[1].split(separator: ",").map { $0.split(separator: ":") }
        let types = arguments.compactMap { oidOf($0.last) }
        guard types.count == arguments.count, let result = oidOf(tail.first) else { return nil }
        return BuiltinFunction(
            schema: schema, name: name, oid: oid, argumentTypes: types,
            argumentNames: arguments.map { $0.count == 2 ? String($0[0]) : "" },
            defaults: tail.count == 2 ? Int(tail[1]) ?? 0 : 0, isVariadic: isVariadic,
            resultType: result, category: category,
            deeds: followsTypes ? typeDeeds(types, isVariadic: isVariadic) : deeds)
    }

    private func oidOf(_ name: Substring?) -> UInt32? {
        name.flatMap { TypeTable.shared.type(named: String($0))?.oid }
    }

    private func typeDeeds(_ types: [UInt32], isVariadic: Bool) -> [FunctionDeed] {
        types.indices.compactMap { index in
            guard TypeTable.shared.type(oid: types[index])?.isPolymorphic == true else {
                return nil
            }
            let isOpen = isVariadic && index == types.count - 1
            return isOpen ? .runsTypesFrom(argument: index) : .runsTypeOf(argument: index)
        }
    }
}

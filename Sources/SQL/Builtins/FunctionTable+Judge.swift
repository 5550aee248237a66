extension FunctionTable {
    func judge(_ call: Call, schema: String) -> FunctionJudgement {
        let fitting = functions(named: call.name, schema: schema).filter { $0.fits(call) }
        if let exact = fitting.first(where: { $0.isExactly(call) }) {
            return judgement([exact], call)
        }
        return fitting.isEmpty ? castJudgement(call) : judgement(fitting, call)
    }

    private func judgement(_ functions: [BuiltinFunction], _ call: Call) -> FunctionJudgement {
        var deeds: [FunctionDeed] = []
        for function in functions {
            for deed in function.deeds + call.conversions(to: function.argumentTypes) {
                for left in deed.left(by: call) where !deeds.contains(left) { deeds.append(left) }
            }
        }
        return FunctionJudgement(
            deeds: deeds, isBuiltin: true, resultType: sharedResult(functions.map(\.resultType)))
    }

    /// `float8('1')`: a call of one argument by the name of a type is a cast to it.
    private func castJudgement(_ call: Call) -> FunctionJudgement {
        guard call.count == 1, let type = TypeTable.shared.type(named: call.name), type.isHarmless
        else {
            return .unlisted
        }
        return FunctionJudgement(
            deeds: FunctionDeed.runsTypeOf(argument: 0).left(by: call), isBuiltin: true,
            resultType: type.oid)
    }
}

/// The type that all agree on, unless it is polymorphic.
func sharedResult(_ types: [UInt32]) -> UInt32? {
    guard let first = types.first, types.allSatisfy({ $0 == first }),
        TypeTable.shared.type(oid: first)?.isPolymorphic == false
    else { return nil }
    return first
}

extension FunctionDeed {
    /// What remains of the deed once the call's types are seen: nothing is run of harmless types.
    func left(by call: Call) -> [FunctionDeed] {
        switch self {
        case .runsTypeOf(let argument):
            argument < call.count && !call.isHarmless(argument) ? [self] : []
        case .runsTypesFrom(let first):
            (first..<max(first, call.count)).filter { !call.isHarmless($0) }
                .map { .runsTypeOf(argument: $0) }
        case .effect, .runsText, .fetches, .sets, .readsSetting: [self]
        }
    }
}

extension Call {
    /// An argument of a type that is not built in becomes what the signature wants by a cast, and
    /// somebody may have made that cast. Where the type is not known, `Catalogue.hasImplicitCasts`
    /// says whether to care.
    func conversions(to wanted: [UInt32]) -> [FunctionDeed] {
        types.indices.compactMap { index in
            guard let given = types[index], TypeTable.shared.type(oid: given) == nil,
                let target = index < wanted.count ? wanted[index] : wanted.last,
                converts(to: target)
            else { return nil }
            return .runsTypeOf(argument: index)
        }
    }

    private func converts(to target: UInt32) -> Bool {
        guard let type = TypeTable.shared.type(oid: target) else { return true }
        return !type.isPolymorphic || type.name.hasPrefix("anycompatible")
    }

    fileprivate func isHarmless(_ index: Int) -> Bool {
        type(index).flatMap { TypeTable.shared.type(oid: $0) }?.isHarmless ?? false
    }
}

extension BuiltinFunction {
    func fits(_ call: Call) -> Bool {
        let least = argumentTypes.count - defaults - (isVariadic ? 1 : 0)
        guard call.count >= least, isVariadic || call.count <= argumentTypes.count else {
            return false
        }
        return (0..<min(call.count, max(call.types.count, 0))).allSatisfy {
            fits(call.type($0), at: $0)
        }
    }

    private func fits(_ type: UInt32?, at index: Int) -> Bool {
        guard isVariadic, index >= argumentTypes.count - 1 else {
            return index < argumentTypes.count && TypeFit.fits(type, argumentTypes[index])
        }
        let array = argumentTypes[argumentTypes.count - 1]
        let element = TypeTable.shared.type(oid: array)?.elementType ?? array
        return TypeFit.fits(type, element) || TypeFit.fits(type, array)
    }

    func isExactly(_ call: Call) -> Bool {
        guard !isVariadic, call.count == argumentTypes.count, call.types.count >= call.count else {
            return false
        }
        return argumentTypes.indices.allSatisfy { call.types[$0] == argumentTypes[$0] }
    }
}

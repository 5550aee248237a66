extension NodeKind {
    /// Nodes that hold names, numbers and options and can do nothing by themselves; whatever they hold is
    /// looked at on its own.
    var isPassive: Bool {
        switch self {
        case .string, .integer, .float, .boolean, .bitString, .list, .intList, .alias, .rawStar,
            .rawConst, .roleSpec, .defElem, .accessPriv, .objectWithArgs, .withClause,
            .cteSearchClause, .triggerTransition:
            true
        default: false
        }
    }
}

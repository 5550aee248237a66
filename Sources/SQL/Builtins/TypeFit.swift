/// Whether an argument of one type can stand where a signature wants another, as far as the server
/// does it unasked. It errs towards yes: a signature too many only adds to what a call may do.
enum TypeFit {
    /// `unknown`, the type of a bare literal.
    static let unknown: UInt32 = 705

    static func fits(_ given: UInt32?, _ wanted: UInt32, depth: Int = 0) -> Bool {
        guard let given, given != unknown, given != wanted else { return true }
        // A type that is not built in may be a domain, or have casts of its own.
        guard let type = TypeTable.shared.type(oid: given) else { return true }
        guard let target = TypeTable.shared.type(oid: wanted) else { return false }
        if target.isPolymorphic { return fitsPolymorphic(type, target.name) }
        if let element = type.elementType, let wantedElement = target.elementType, depth == 0 {
            return fits(element, wantedElement, depth: 1)
        }
        return type.isPolymorphic || TypeTable.shared.isImplicit(from: given, to: wanted)
    }

    private static func fitsPolymorphic(_ type: BuiltinType, _ wanted: String) -> Bool {
        switch wanted {
        case "anyarray", "anycompatiblearray", "_record":
            type.elementType != nil || type.name == "int2vector" || type.name == "oidvector"
                || type.isPolymorphic
        case "anynonarray", "anycompatiblenonarray": type.elementType == nil
        case "record": type.isRow || type.isPolymorphic
        case "anyenum": type.isPolymorphic
        case "anyrange", "anycompatiblerange", "anymultirange", "anycompatiblemultirange":
            type.name.hasSuffix("range") || type.isPolymorphic
        default: true
        }
    }
}

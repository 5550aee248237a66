import Vocabulary

/// What names of relations meant to a session at some time: the part of a `SessionView` that decides it.
public struct SessionNames: Sendable {
    var catalogue: Catalogue
    var catalogueIsCurrent: Bool
    var searchPath: [String]?
    var searchPathIsOfTransaction: Bool
    var temporaries: TemporaryObjects
    var temporariesUnsure: Bool
}

extension SessionView {
    public var names: SessionNames {
        SessionNames(
            catalogue: catalogue, catalogueIsCurrent: catalogueIsCurrent, searchPath: searchPath,
            searchPathIsOfTransaction: searchPathIsOfTransaction, temporaries: temporaries,
            temporariesUnsure: temporariesUnsure)
    }

    /// The same session, with names as they were then.
    func with(_ names: SessionNames) -> SessionView {
        var view = self
        view.catalogue = names.catalogue
        view.catalogueIsCurrent = names.catalogueIsCurrent
        view.searchPath = names.searchPath
        view.searchPathIsOfTransaction = names.searchPathIsOfTransaction
        view.temporaries = names.temporaries
        view.temporariesUnsure = names.temporariesUnsure
        return view
    }
}

/// A prepared statement or an open cursor: its text, the values that it was bound to, and what its names have meant.
///
/// The server looks names up when it prepares a statement, and again only when it has a reason: a temporary table that
/// begins to shadow another is none (`plancache.c`). So what runs is what the names mean now, or what they meant at any
/// earlier time at which it was prepared or run.
public struct PreparedText: Sendable {
    public var text: ParsedText
    /// For SQL's `PREPARE` and `DECLARE` the statement inside; `nil` means the whole text.
    public var statement: Int?
    /// What a portal was bound to.
    public var values: [BoundValue]
    /// The parameters' types as the protocol's Parse declared them: OIDs.
    public let types: [UInt32]
    /// The different things that its names have meant.
    private(set) var meanings: [Meaning] = []
    /// They have meant more than are kept: nobody knows what runs.
    private(set) var isBlurred = false

    struct Meaning: Sendable {
        var names: SessionNames
        let resolved: [ObjectReference]
    }

    public var hasMeant: Bool { !meanings.isEmpty }

    public init(
        text: ParsedText, statement: Int? = nil, values: [BoundValue] = [], types: [UInt32] = []
    ) {
        self.types = types
        self.text = text
        self.statement = statement
        self.values = values
    }

    /// It was prepared or run while its relations' names meant this (`Inspection.resolved`).
    public mutating func meant(_ resolved: [ObjectReference], under names: SessionNames) {
        if let known = meanings.firstIndex(where: { $0.resolved == resolved }) {
            meanings[known].names = names
        } else if meanings.count < SQLLimits.meaningsMax {
            meanings.append(Meaning(names: names, resolved: resolved))
        } else {
            isBlurred = true
        }
    }

    /// What running it does, whichever of its names' meanings the server goes by.
    public func inspect(
        in view: SessionView, values: [BoundValue], stage: InspectionStage
    ) -> Inspection {
        var inspection = text.inspect(in: view, values: values, types: types, stage: stage)
        for meaning in meanings where meaning.resolved != inspection.resolved {
            inspection.include(
                text.inspect(
                    in: view.with(meaning.names), values: values, types: types, stage: stage))
        }
        if isBlurred { inspection.effects.append(Effect(.unknown, .none)) }
        return inspection
    }
}

extension Inspection {
    /// What another inspection of the same text found is possible, too.
    mutating func include(_ other: Inspection) {
        for effect in other.effects where !effects.contains(effect) { effects.append(effect) }
        for effect in other.parseStageEffects where !parseStageEffects.contains(effect) {
            parseStageEffects.append(effect)
        }
        for open in other.leavesOpen where !leavesOpen.contains(open) { leavesOpen.append(open) }
        dependsOnValues = dependsOnValues || other.dependsOnValues
        dependsOnTables = dependsOnTables || other.dependsOnTables
        namesUnknownRelation = namesUnknownRelation || other.namesUnknownRelation
        refusal = refusal ?? other.refusal
        missing = missing ?? other.missing
    }
}

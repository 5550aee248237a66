import Vocabulary

/// Walks the statements of a text in order and collects what they do.
struct Inspector {
    let view: SessionView
    let values: [BoundValue]
    let stage: InspectionStage
    var result = Inspection()

    init(view: SessionView, values: [BoundValue], stage: InspectionStage) {
        self.view = view
        self.values = values
        self.stage = stage
    }

    mutating func inspect(_ text: ParsedText) {
        for _ in text.statements {
            result.effects.append(Effect(.unknown, .none))
            result.changes.append([])
        }
        result.statementCount = text.statements.count
    }
}

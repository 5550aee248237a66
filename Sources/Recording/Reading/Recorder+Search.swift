import Store
import Vocabulary

extension Recorder {
    /// The statements and lines of output that have all words of `text`, newest first, each with its first `Limits.hitCharactersMax`. A word
    /// that ends in `*` is a beginning. Statements that are kept together are looked through together, though the words
    /// may stand in different ones: a search looks through so much (`passagesMax`) and no more, whatever it has found.
    public func search(
        _ text: String, _ filter: SessionFilter = SessionFilter(),
        passagesMax: Int = Limits.passagesSearchedMax
    ) async throws(RecordingError) -> SearchResult {
        guard let query = SearchQuery(text) else { return SearchResult(hits: [], isPart: false) }
        do {
            let sieve = try await StatementSieve(query)
            let limit = FilterClause(filter).limit
            var hits: [SearchHit] = []
            var before = Int64.max
            var left = passagesMax
            while hits.count < limit, left > 0 {
                let count = min(left, Limits.passagesReadMax)
                let found = try await passages(query, filter, before: before, count: count)
                guard let oldest = found.last else {
                    return SearchResult(hits: hits, isPart: false)
                }
                hits += try await sieve.hits(in: found)
                before = oldest.id
                left -= found.count
            }
            return SearchResult(hits: Array(hits.prefix(limit)), isPart: true)
        } catch let error as RecordingError {
            throw error
        } catch {
            throw .store(reason: "\(error)")
        }
    }

    /// Those that have all words, though perhaps not in one statement; newest first.
    private func passages(
        _ query: SearchQuery, _ filter: SessionFilter, before: Int64, count: Int
    ) async throws(RecordingError) -> [FoundPassage] {
        let clause = FilterClause(
            filter,
            and: [
                ("recording_texts MATCH $", .text(query.match)),
                ("recording_texts.rowid < $", .integer(before)),
            ])
        return try await read { statements in
            try statements.rows(
                """
                SELECT p.id, s.id AS session, s.principal, s.target, s.opened, p.places,
                    recording_texts.text
                FROM recording_texts
                JOIN recording_passages p ON p.id = recording_texts.rowid
                JOIN recording_sessions s ON s.id = p.session \(clause.condition)
                ORDER BY recording_texts.rowid DESC LIMIT \(count)
                """, clause.values
            ).map(FoundPassage.init)
        }
    }
}

private struct FoundPassage: Sendable {
    let id: Int64
    let principal: PrincipalName
    let target: TargetName
    let opened: Int64
    let passage: Passage

    init(_ row: Row) throws {
        let session = SessionID(rawValue: try row.text("session"))
        guard let principal = PrincipalName(try row.text("principal")),
            let target = TargetName(try row.text("target")),
            let passage = Passage(
                of: session, encodedPlaces: try row.blob("places"), text: try row.text("text"))
        else { throw StoreError.column("principal, target or places") }
        id = try row.integer("id")
        opened = try row.integer("opened")
        self.principal = principal
        self.target = target
        self.passage = passage
    }
}

extension FoundPassage {
    /// A statement, or the lines of output that may match, the last one first.
    fileprivate func hits(
        _ place: Passage.Place, _ text: ArraySlice<UInt8>, _ query: SearchQuery
    ) -> [SearchHit] {
        let texts =
            place.isOutput
            ? text.split(separator: UInt8(ascii: "\n")).reversed().filter(query.mayMatch) : [text]
        return texts.map { text in
            SearchHit(
                session: passage.session, principal: principal, target: target, at: place.at,
                milliseconds: place.at.milliseconds - opened, sequence: place.sequence,
                isOutput: place.isOutput, text: String(decoding: text, as: UTF8.self))
        }
    }
}

/// Says which statements of a passage match by themselves, by an index of the same kind in memory.
struct StatementSieve {
    private let query: SearchQuery
    private let database: SQLiteDatabase

    init(_ query: SearchQuery) async throws {
        self.query = query
        database = try SQLiteDatabase(path: ":memory:")
        try await database.write { _ = try $0.run(RecordingMigrations.textTable("texts")) }
    }

    /// Newest first, as the passages are.
    fileprivate func hits(in passages: [FoundPassage]) async throws -> [SearchHit] {
        try await hits(
            among: passages.flatMap { found in
                found.passage.statements.reversed().flatMap { place, text in
                    found.hits(place, text, query)
                }
            })
    }

    /// Those that have all words, each by itself, in their order.
    func hits(among candidates: [SearchHit]) async throws -> [SearchHit] {
        let matching = try await database.write { [query] statements in
            try statements.run("DELETE FROM texts")
            for (number, hit) in candidates.enumerated() {
                try statements.run(
                    "INSERT INTO texts (rowid, text) VALUES ($1, $2)",
                    [.integer(Int64(number)), .text(hit.text)])
            }
            return try statements.rows(
                "SELECT rowid AS number FROM texts WHERE texts MATCH $1 ORDER BY rowid",
                [.text(query.match)]
            ).map { Int(try $0.integer("number")) }
        }
        return matching.map { number in
            var hit = candidates[number]
            hit.text = String(hit.text.prefix(Limits.hitCharactersMax))
            return hit
        }
    }
}

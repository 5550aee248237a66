import Testing

@testable import Docker

@Suite("Versions of the engine's API")
struct EngineVersionTests {
    @Test(
        "a version has one spelling: what the engine would take for the same is none",
        arguments: ["1.041", "01.41", "1.41.0", "1.41.", ".41", "1", "", "1.+41", "v1.41", "1.41 "])
    func other(_ text: String) { #expect(EngineVersion(text) == nil) }

    @Test("versions are compared number by number")
    func order() throws {
        let (old, new) = (try #require(EngineVersion("1.9")), try #require(EngineVersion("1.41")))
        #expect(old < new)
        #expect(!EngineVersion.known.contains(old))
        #expect(EngineVersion.known.contains(new))
    }
}

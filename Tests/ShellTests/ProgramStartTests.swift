import Shell
import Testing

@Suite("A program's start")
struct ProgramStartTests {
    @Test("a program without setuid has the effective user of its user")
    func effectiveUser() {
        let program = ProgramStart(
            number: 1, parent: 0, isMain: true,
            executable: ProgramFile(path: Array("/bin/true".utf8), isVerified: true, mode: 0o755),
            arguments: [], directory: [], userID: 7, groupID: 8)
        #expect(program.effectiveUserID == 7)
    }
}

import Shell
import Testing

@Suite("An environment as it is shown")
struct ShownEnvironmentTests {
    private let usual = words("PATH=/usr/bin:/bin", "HOME=/home/deploy")

    @Test("threat 17: what differs from the usual is told, sorted, and what is missing too")
    func differences() {
        let environment = words(
            "STAGE=production", "PATH=/tmp", "A=b c", "SALLYPORT=x\u{1B}[2J", "EMPTY=")
        #expect(
            shownEnvironment(environment, besides: usual) == [
                "environment: 'A=b c'", "environment: EMPTY=", "environment: PATH=/tmp",
                "environment: $'SALLYPORT=x\\x1b[2J'", "environment: STAGE=production",
                "environment: without HOME",
            ])
        #expect(shownEnvironment(usual, besides: usual) == [])
    }

    @Test("threat 17: secrets are masked and counted, and what can run is not hidden by its name")
    func masked() {
        #expect(
            shownEnvironment(
                words("PGPASSWORD=hunter2", "X_TOKEN=$(rm -rf /)", "URL=https://u:p@h/"),
                besides: []) == [
                    "environment: 'PGPASSWORD=***(7 bytes)'",
                    "environment: 'URL=https://u:***(1 bytes)@h/'",
                    "environment: 'X_TOKEN=$(rm -rf /)'",
                ])
    }

    @Test(
        "of many variables it is said how many more there are, and of long ones how long they are")
    func bounded() {
        let most = ShellLimits.shownVariablesMax
        let many = (0..<most + 3).map { Array("V\(1_000 + $0)=x".utf8) }
        let lines = shownEnvironment(many, besides: usual)
        #expect(lines.count == most + 1)
        #expect(lines.first == "environment: V1000=x")
        #expect(lines.last == "environment: 5 more variables")
        let long = Array("LONG=".utf8) + [UInt8](repeating: 0x78, count: 1_000)
        let line = shownEnvironment([long], besides: [])[0]
        #expect(line.hasSuffix("xxx (the first 512 of 1005 bytes)"))
    }
}

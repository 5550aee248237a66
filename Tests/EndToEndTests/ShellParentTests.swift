import TestKit
import Testing

@Suite("Who started a program", .realParts)
struct ShellParentTests {
    /// `true` may be a session's first program; `id` what bash starts, or becomes.
    static let policy = """
        policy: parents
        targets: { kind: shell }
        rules:
          - rule: login
            effects: [shell.login, shell.file-write]
            decide: allow
          - rule: programs
            effects: [shell.exec]
            objects: { except: ["/usr/bin/id", "/usr/bin/true"] }
            decide: allow
          - rule: first
            effects: [shell.exec]
            objects: ["/usr/bin/true"]
            attributes: { parent: "-" }
            decide: allow
          - rule: of-bash
            effects: [shell.exec]
            objects: ["/usr/bin/id"]
            attributes: { parent: /usr/bin/bash }
            decide: allow
        """

    @Test(
        "a program that its parent's process becomes, or leaves behind, is not the session's first")
    func parents() async throws {
        let shells = try ShellGateway(policies: [Self.policy])
        let token = try await shells.agent()
        let first = try await shells.exec(token, ["/usr/bin/true"])
        #expect(first.status == 0, "\(first)")
        let become = try await shells.exec(token, ["/bin/bash", "-c", "exec /usr/bin/true"])
        #expect(become.status == 126, "\(become)")
        let ofBash = try await shells.exec(token, ["/bin/bash", "-c", "exec /usr/bin/id -u"])
        #expect(ofBash.status == 0, "\(ofBash)")
        let ofDash = try await shells.exec(token, ["/bin/dash", "-c", "exec /usr/bin/id -u"])
        #expect(ofDash.status == 126, "\(ofDash)")
        // Its parent has ended: it waits for that. The session waits for the end of its output.
        let left = try await shells.exec(
            token,
            [
                "/bin/bash", "-c",
                "echo $(bash -c '(while kill -0 $$ 2>&-; do :; done; /usr/bin/true; echo was $?) &')",
            ])
        #expect(left.out == "was 126\n", "\(left)")
    }
}

import HTTP
import Testing
import Vocabulary

@testable import Docker

@Suite("Commands in containers, and their streams")
struct CommandTests {
    @Test("a command's words are its effect's, byte for byte")
    func words() throws {
        let made = try action("POST /containers/web/exec", #"{"Cmd":["sh","-c","ls \"ü\" /"]}"#)
        #expect(made.effects.first?.arguments?.map(text) == ["sh", "-c", #"ls "ü" /"#])
        #expect(made.effects.first?.attributes["label.env"] == .text("production"))
        #expect(refusal("POST /containers/web/exec", #"{"Cmd":[]}"#)?.status == 400)
        #expect(refusal("POST /containers/web/exec", #"{"Cmd":"id"}"#)?.status == 400)
    }

    @Test("threat 29: a command with all privileges has an effect that says so, whoever runs it")
    func privileged() throws {
        let made = try action(
            "POST /containers/web/exec", #"{"Cmd":["id"],"Privileged":true,"User":"7"}"#)
        #expect(made.effects.map(short).last == "container.privilege capability.all")
        #expect(made.effects.first?.attributes["privileged"] == .flag(true))
    }

    @Test("whether there is input that nobody sees is told of commands, attachments and containers")
    func input() throws {
        let exec = "POST /containers/web/exec"
        for (line, body, hasInput) in [
            (exec, #"{"Cmd":["psql"]}"#, false),
            (exec, #"{"Cmd":["psql"],"AttachStdin":false,"Tty":true}"#, false),
            (exec, #"{"Cmd":["psql"],"AttachStdin":true}"#, true),
            ("POST /containers/web/attach?stream=1&stdout=1", nil, false),
            ("POST /containers/web/attach?stream=1&stdin=1", nil, true),
            ("POST /containers/create", #"{"Image":"bb","AttachStdin":true}"#, false),
            ("POST /containers/create", #"{"Image":"bb","OpenStdin":true}"#, true),
        ] as [(String, String?, Bool)] {
            let action = try action(line, body)
            #expect(action.effects.first?.attributes["input"] == .flag(hasInput), "\(line)")
            guard !line.hasSuffix("create") else { continue }
            #expect(action.shown.contains("with its input") == hasInput, "\(action.shown)")
        }
    }

    @Test("a command that was judged starts as it was judged, and only so")
    func start() throws {
        let judged = try judgedBefore()
        let line = "POST /exec/\(KnownEngine.exec)/start"
        let started = try action(
            line, #"{"Detach":false,"Tty":false}"#, judged: judged,
            fields: "Connection: Upgrade\r\nUpgrade: tcp\r\n")
        #expect(started.effects.first?.verb == .containerExecStart)
        #expect(started.effects.first?.arguments?.map(text) == ["psql", "-l"])
        #expect(started.reply == .hijack)
        #expect(started.stream == .frames)
        #expect(started.streamOf == KnownEngine.exec)
        #expect(started.head.upgrade == "tcp")
        #expect(refusal(line, #"{"Tty":true}"#, judged: judged)?.status == 400)
        #expect(refusal(line, "{}")?.status == 409)
        let detached = try action(
            line, #"{"Detach":true}"#, judged: judged,
            fields: "Connection: Upgrade\r\nUpgrade: tcp\r\n")
        #expect(detached.reply == .plain)
        // By that name it is known that it starts once.
        #expect(detached.streamOf == KnownEngine.exec)
        #expect(detached.head.upgrade == nil)
        #expect(refusal("POST /exec/e5e5/start", "{}", judged: judged)?.status == 404)
        var made = judged
        made.execs[KnownEngine.exec]?.origin = .init(
            session: SessionID(rawValue: "ses_1"), hold: HoldID(rawValue: "hld_1"))
        let shown = try action(line, "{}", judged: made).shown
        #expect(shown.hasSuffix("made in session ses_1\nconsented to as hld_1"), "\(shown)")
        var begun = judged
        begun.execs[KnownEngine.exec]?.hasStarted = true
        #expect(refusal(line, "{}", judged: begun)?.status == 409)
    }

    @Test("a command that was made elsewhere can be looked at, not started")
    func foreign() throws {
        var engine = KnownEngine()
        engine.add(
            "exec/\(KnownEngine.exec)/json", #"{"ID":"x","ContainerID":"\#(KnownEngine.web)"}"#)
        let seen = try action("GET /exec/\(KnownEngine.exec)/json", nil, engine)
        #expect(seen.effects.map(short) == ["container.inspect /docker.io/library/bb"])
        let resized = try action(
            "POST /exec/\(KnownEngine.exec)/resize?h=24&w=80", nil, engine)
        #expect(resized.resizes == .init(id: KnownEngine.exec, columns: 80, rows: 24))
    }

    @Test("a stream is a terminal's where its container has one")
    func streams() throws {
        for (name, id, kind) in [
            ("web", KnownEngine.web, EngineAction.StreamKind.frames),
            ("term", KnownEngine.other, .terminal),
        ] {
            for line in [
                "POST /containers/\(name)/attach?stream=1&stdout=1",
                "GET /containers/\(name)/logs?stdout=1",
            ] {
                let action = try action(line)
                #expect(action.stream == kind)
                #expect(action.streamOf == id)
            }
        }
        #expect(try action("GET /containers/web/archive?path=/").stream == .opaque)
        #expect(try action("GET /events").stream == .opaque)
    }

    @Test("what is made is told by its kind")
    func creates() throws {
        #expect(try action("POST /containers/create", #"{"Image":"bb"}"#).creates == .container)
        #expect(try action("POST /containers/web/stop").creates == .nothing)
        guard
            case .exec(let exec) = try action(
                "POST /containers/web/exec", #"{"Cmd":["id"],"Tty":true}"#
            ).creates
        else {
            Issue.record("no command")
            return
        }
        #expect(exec.container == KnownEngine.web)
        #expect(exec.isTerminal)
        #expect(exec.command == ["id"])
    }
}

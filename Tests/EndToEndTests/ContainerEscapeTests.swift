import Foundation
import TestKit
import Testing

/// Every way out of a container that the engine knows, in the spellings that it accepts, where no rule allows any.
@Suite("Ways out of a container", .engine, .serialized, .realParts)
struct ContainerEscapeTests {
    private struct Opened {
        let containers: ContainerGateway
        let agent: ContainerGateway.Agent
        /// A container in its walls.
        let running: String
    }

    /// What is in a container's walls is allowed, and nothing else.
    private static let policy =
        Policies.containers.components(separatedBy: "  - rule: ways-out")[0]
        .replacingOccurrences(
            of: "container.exec, ", with: "")
            + """
              - rule: commands
                effects: [container.exec]
                attributes: { privileged: false }
                decide: allow
            """

    private static let shared = Task {
        let containers = try ContainerGateway(policies: [policy])
        let engine = containers.engine
        func make(_ name: String, _ options: [String]) throws {
            try engine.docker(
                ["create", "--name", containers.name(name)] + options + ["bb", "sleep", "1000"])
        }
        let volume = containers.name("disk")
        // Made past the gateway: what a container could borrow from.
        try engine.docker([
            "volume", "create", "--opt", "type=none", "--opt", "o=bind", "--opt", "device=/etc",
            volume,
        ])
        try make("privileged", ["--privileged"])
        try make("processes", ["--pid", "host"])
        try make("files", ["--volume", "/etc:/data"])
        for name in ["running", "plain"] { try make(name, []) }
        try engine.docker(["start", containers.name("running")])
        return Opened(
            containers: containers, agent: try await containers.agent(),
            running: containers.name("running"))
    }

    /// Behind `{"Image": "bb",`: what is allowed, so that nothing else is wrong with the others.
    static let plain = [
        "\"HostConfig\": {}}", "\"HostConfig\": null}", "\"Cmd\": \"true\"}",
        "\"HostConfig\": {\"Privileged\": false, \"CapAdd\": [\"chown\"], \"CapDrop\": [\"ALL\"]}}",
        "\"HostConfig\": {\"Tmpfs\": {\"/t\": \"size=1m\"}, \"Memory\": 67108864}}",
        "\"HostConfig\": {\"SecurityOpt\": [\"no-new-privileges\"], \"PidMode\": \"\"}}",
        "\"HostConfig\": {\"Binds\": [\"PREFIX-own:/data\"]}}",
    ]

    /// Behind `{"Image": "bb",`; `PREFIX` is the test's own.
    static let escapes = [
        // One danger, where the engine looks for it.
        "\"HostConfig\": {\"Privileged\": true}}",
        "\"Privileged\": true}",
        "\"HostConfig\": null, \"Privileged\": true}",
        "\"hostconfig\": {\"Privileged\": true}}",
        "\"HostConfig\": {\"privileged\": true}}",
        "\"Ho\u{17F}tConfig\": {\"Privileged\": true}}",
        "\"Ho\\u017ftConfig\": {\"Privileged\": true}}",
        "\"HostConfig\": {\"Privileged\": true}, \"HostConfig\": {}}",
        "\"HostConfig\": {}, \"HostConfig\": {\"Privileged\": true}}",
        "\"HostConfig\": {\"Privileged\": true, \"Privileged\": null}}",
        "\"HostConfig\": {\"Privileged\": true}} garbage",
        "\"HostConfig\": {\"Privileged\": true}}\u{0}",
        // Capabilities.
        "\"HostConfig\": {\"CapAdd\": \"ALL\"}}",
        "\"HostConfig\": {\"CapAdd\": [\"aLL\"]}}",
        "\"HostConfig\": {\"CapAdd\": [\"ALL\"], \"CapDrop\": [\"ALL\"]}}",
        "\"HostConfig\": {\"CapAdd\": [\"sys_admin\"]}}",
        "\"HostConfig\": {\"CapAdd\": [\"Cap_Sys_Ptrace\"]}}",
        "\"HostConfig\": {\"CapAdd\": [\"\u{17F}y\u{17F}_adm\u{131}n\"]}}",
        "\"CapAdd\": [\"SYS_ADMIN\"]}",
        // Files of the host.
        "\"HostConfig\": {\"Binds\": [\"/etc:/a\"]}}",
        "\"HostConfig\": {\"Binds\": [\"//etc/../etc/:/a:ro\"]}}",
        "\"HostConfig\": {\"Bind\u{17F}\": [\"/etc:/a\"]}}",
        "\"HostConfig\": {\"Binds\": [\"/etc:/a\"], \"Binds\": [null]}}",
        "\"Binds\": [\"/etc:/a\"]}",
        "\"HostConfig\": {\"Mounts\": [{\"Type\": \"bind\", \"Source\": \"/etc\", \"Target\": \"/a\"}]}}",
        """
        "HostConfig": {"Mounts": [{"Type": "bind", "Source": "/etc", "Target": "/a"}],
          "Mounts": [{"Target": "/b"}]}}
        """,
        """
        "HostConfig": {"Mounts": [{"Type": "volume", "Source": "PREFIX-x", "Target": "/a",
          "VolumeOptions": {"DriverConfig": {"Options":
            {"type": "none", "o": "bind", "device": "/etc"}}}}]}}
        """,
        """
        "HostConfig": {"Mounts": [{"Type": "volume", "Target": "/a",
          "VolumeOptions": {"DriverConfig": {"Name": "local", "Options":
            {"type": "overlay", "o": "lowerdir=/etc:/usr", "device": "x"}}}}]}}
        """,
        """
        "HostConfig": {"Mounts": [{"Type": "volume", "Target": "/a",
          "VolumeOptions": {"DriverConfig": {"Options":
            {"type": "ext4", "o": "", "device": "/dev/vda"}}}}]}}
        """,
        """
        "HostConfig": {"Mounts": [{"Type": "volume", "Target": "/a",
          "VolumeOptions": {"DriverConfig": {"Options": {"type": "proc", "device": "proc"}}}}]}}
        """,
        "\"HostConfig\": {\"Binds\": [\"PREFIX-disk:/a\"]}}",
        "\"HostConfig\": {\"Mounts\": [{\"Type\": \"volume\", \"Source\": \"PREFIX-disk\", \"Target\": \"/a\"}]}}",
        "\"HostConfig\": {\"VolumesFrom\": [\"PREFIX-files\"]}}",
        "\"HostConfig\": {\"VolumesFrom\": [\"PREFIX-files:ro\"]}}",
        "\"VolumesFrom\": [\"PREFIX-files\"]}",
        "\"HostConfig\": {\"VolumeDriver\": \"sshfs\", \"Binds\": [\"PREFIX-v:/a\"]}}",
        // Devices.
        """
        "HostConfig": {"Devices": [{"PathOnHost": "/dev/kmsg", "PathInContainer": "/dev/kmsg",
          "CgroupPermissions": "rwm"}]}}
        """,
        """
        "HostConfig": {"Devices": [{"PathOnHost": "/dev/kmsg", "PathInContainer": "/dev/kmsg",
          "CgroupPermissions": "rwm"}], "Devices": [{}]}}
        """,
        "\"HostConfig\": {\"DeviceCgroupRules\": [\"b *:* rwm\"]}}",
        "\"HostConfig\": {\"DeviceRequests\": [{\"Driver\": \"nvidia\", \"Count\": -1}]}}",
        "\"HostConfig\": {\"DeviceRequests\": [{\"Capabilities\": [[\"gpu\"]]}]}}",
        // Namespaces of the host, and of those who have them.
        "\"HostConfig\": {\"PidMode\": \"host\"}}",
        "\"HostConfig\": {\"IpcMode\": \"host\"}}",
        "\"HostConfig\": {\"UTSMode\": \"host\"}}",
        "\"HostConfig\": {\"UsernsMode\": \"host\"}}",
        "\"HostConfig\": {\"CgroupnsMode\": \"host\"}}",
        "\"HostConfig\": {\"NetworkMode\": \"host\"}}",
        "\"PidMode\": \"host\"}",
        "\"HostConfig\": {\"PidMode\": \"container:PREFIX-processes\"}}",
        "\"HostConfig\": {\"PidMode\": \"container:/PREFIX-processes\"}}",
        "\"HostConfig\": {}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"host\": {}}}}",
        // Layers of the sandbox.
        "\"HostConfig\": {\"SecurityOpt\": [\"seccomp=unconfined\"]}}",
        "\"HostConfig\": {\"SecurityOpt\": [\"seccomp:unconfined\"]}}",
        "\"HostConfig\": {\"SecurityOpt\": [\"seccomp={}\"]}}",
        "\"HostConfig\": {\"SecurityOpt\": [\"apparmor=unconfined\"]}}",
        "\"HostConfig\": {\"SecurityOpt\": [\"no-new-privileges\", \"no-new-privileges=false\"]}}",
        "\"HostConfig\": {\"SecurityOpt\": [\"label=disable\"]}}",
        "\"HostConfig\": {\"MaskedPaths\": []}}",
        "\"HostConfig\": {\"ReadonlyPaths\": []}}",
        "\"HostConfig\": {\"Runtime\": \"io.containerd.runtime.v1.linux\"}}",
        "\"HostConfig\": {\"CgroupParent\": \"/\"}}",
        "\"HostConfig\": {\"Sysctls\": {\"net/ipv4/ip_forward\": \"1\"}}}",
        "\"HostConfig\": {\"GroupAdd\": [\"0\"]}}",
        "\"HostConfig\": {\"OomScoreAdj\": -500}}",
        "\"HostConfig\": {\"LogConfig\": {\"Type\": \"syslog\", \"Config\": {\"syslog-address\": \"unix:///x\"}}}}",
        "\"HostConfig\": {\"Annotations\": {\"x\": \"y\"}}}",
        // What breaks the engine itself, and what nobody knows.
        "\"HostConfig\": {\"Ulimits\": [null]}}",
        "\"HostConfig\": {\"BlkioDeviceReadBps\": [null]}}",
        "\"HostConfig\": {\"Unheard\": true}}",
        "\"Unheard\": {\"Privileged\": true}}",
    ]

    private func create(_ rest: String, _ name: String, _ opened: Opened) async throws
        -> (status: Int, body: String)
    {
        let body =
            "{\"Image\": \"bb\", "
            + rest.replacingOccurrences(
                of: "PREFIX", with: opened.containers.prefix)
        return try await opened.agent.call(
            "POST", "/v1.41/containers/create?name=\(name)", body)
    }

    @Test("what stays inside is allowed", arguments: plain.indices)
    func inside(index: Int) async throws {
        let opened = try await Self.shared.value
        let name = opened.containers.name("plain\(index)")
        let said = try await create(Self.plain[index], name, opened)
        #expect(said.status == 201, "\(Self.plain[index]): \(said)")
    }

    @Test(
        "threat 29: what leads out is refused, however it is spelled, and nothing is made",
        arguments: escapes.indices)
    func outside(index: Int) async throws {
        let opened = try await Self.shared.value
        let name = opened.containers.name("escape\(index)")
        let said = try await create(Self.escapes[index], name, opened)
        #expect([400, 403].contains(said.status), "\(Self.escapes[index]): \(said)")
        #expect(said.body.contains("sallyport: "), "\(Self.escapes[index]): \(said)")
        let made = try opened.containers.engine.docker([
            "ps", "--all", "--quiet", "--filter", "name=\(name)$",
        ])
        #expect(made.isEmpty, "\(Self.escapes[index])")
    }

    @Test(
        "threat 29: a container that was made past the gateway starts only as it could have been made",
        arguments: ["privileged", "processes", "files"])
    func foreign(name: String) async throws {
        let opened = try await Self.shared.value
        let name = opened.containers.name(name)
        for call in ["start", "restart"] {
            let said = try await opened.agent.call("POST", "/v1.41/containers/\(name)/\(call)")
            #expect(said.status == 403, "\(call): \(said)")
        }
        #expect(try opened.containers.engine.inspect(name, "{{.State.Status}}") == "created")
    }

    @Test("one that was made past the gateway and stays in its walls starts")
    func foreignInside() async throws {
        let opened = try await Self.shared.value
        let name = opened.containers.name("plain")
        let said = try await opened.agent.call("POST", "/v1.41/containers/\(name)/start")
        #expect(said.status == 204, "\(said)")
        let exec = try await opened.agent.docker(["exec", name, "echo", "inside"]).run()
        #expect(exec.status == 0 && exec.out == "inside\n", "\(exec)")
    }

    /// Requests that mean one thing to a reader and another to the engine; `NAME` is a container's that runs.
    static let twofold: [(method: String, path: String, body: String?, type: String)] = [
        // A form's values would count before the query's.
        ("POST", "/v1.41/containers/NAME/rename?name=NAME2", "name=evil", form),
        ("POST", "/v1.41/containers/NAME/kill?signal=CONT", "signal=KILL", form),
        // Versions whose start takes a body, or that nobody knows.
        ("POST", "/v1.23/containers/NAME/start", "{\"Privileged\": true}", json),
        ("POST", "/v1.23.9/containers/NAME/start", "{\"Privileged\": true}", json),
        ("POST", "/v1.12/containers/NAME/start", "{\"Privileged\": true}", json),
        ("POST", "/v1.99/containers/NAME/start", nil, json),
        ("POST", "/v/containers/NAME/start", nil, json),
        ("POST", "/v1.41/v1.41/containers/NAME/kill", nil, json),
        // Paths that are another path.
        ("POST", "/v1.41//containers/NAME/kill", nil, json),
        ("POST", "/v1.41/./containers/NAME/kill", nil, json),
        ("POST", "/v1.41/images/../containers/NAME/kill", nil, json),
        ("POST", "/v1.41/containers/NAME%2fkill", nil, json),
        ("POST", "/v1.41/containers/NAME%252fkill", nil, json),
        ("POST", "/v1.41%2fcontainers/NAME/kill", nil, json),
        ("post", "/v1.41/containers/NAME/kill", nil, json),
        ("POST", "/v1.41/containers/NAME/kill?signal=CONT&signal=KILL", nil, json),
        ("POST", "/v1.41/containers/NAME/kill?Signal=KILL", nil, json),
        ("POST", "/v1.41/containers/NAME/kill?signal=CONT;signal=KILL", nil, json),
        // A command's start decides how its bytes are framed; nobody made this one.
        (
            "POST",
            "/v1.41/exec/0000000000000000000000000000000000000000000000000000000000000000/start",
            "{}", json
        ),
        (
            "POST", "/v1.41/containers/NAME/exec",
            "{\"Cmd\": [\"kill\", \"1\"], \"Privileged\": true}", json
        ),
        (
            "POST", "/v1.41/containers/NAME/exec",
            "{\"Cmd\": [\"kill\", \"1\"], \"pr\u{131}vileged\": true}", json
        ),
        // What hands over the engine, or shows its inside.
        ("POST", "/v1.41/swarm/init", "{\"ListenAddr\": \"0.0.0.0\"}", json),
        ("POST", "/v1.41/plugins/pull?remote=x", "[]", json),
        ("GET", "/debug/vars", nil, json), ("GET", "/v1.41/debug/pprof/cmdline", nil, json),
        ("POST", "/session", nil, json), ("POST", "/v1.41/grpc", nil, json),
        ("POST", "/v1.41/build?version=2&remote=client-session&session=x", "", json),
        ("POST", "/v1.41/build?remote=https://example.org/x.git", "", json),
        ("OPTIONS", "/v1.41/containers/json", nil, json),
    ]
    private static let json = "application/json"
    private static let form = "application/x-www-form-urlencoded"

    @Test(
        "threat 28: a request that could be read in two ways is refused", arguments: twofold.indices
    )
    func readTwice(index: Int) async throws {
        let opened = try await Self.shared.value
        let (method, path, body, type) = Self.twofold[index]
        let name = opened.running
        let said = try await opened.agent.call(
            method, path.replacingOccurrences(of: "NAME", with: name), body, type: type)
        #expect([400, 403, 404, 409, 415].contains(said.status), "\(path): \(said)")
        let state = try opened.containers.engine.inspect(name, "{{.Name}} {{.State.Status}}")
        #expect(state == "/\(name) running", "\(path)")
    }
}

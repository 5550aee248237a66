import Testing
import Vocabulary

@testable import Docker

/// One setting of a container that takes its walls down, and what it is.
struct Escape: Sendable, CustomTestStringConvertible {
    /// Members of `HostConfig`.
    let host: String
    /// Its effects beside those of every container.
    let effects: [String]

    init(_ host: String, _ effects: String...) {
        self.host = host
        self.effects = effects
    }

    var testDescription: String { host }

    /// The engine shows what came of it, rather than what was asked for.
    var isMount: Bool { ["VolumesFrom", "Mounts", "Binds"].contains { host.contains($0) } }
}

let escapes: [Escape] = [
    .init(#""Privileged":true"#, "container.privilege privileged"),
    .init(#""CapAdd":["SYS_ADMIN"]"#, "container.privilege capability.sys_admin"),
    .init(#""PidMode":"host""#, "container.privilege namespace.pid.host"),
    .init(#""IpcMode":"host""#, "container.privilege namespace.ipc.host"),
    .init(#""UTSMode":"host""#, "container.privilege namespace.uts.host"),
    .init(#""UsernsMode":"host""#, "container.privilege namespace.user.host"),
    .init(#""CgroupnsMode":"host""#, "container.privilege namespace.cgroup.host"),
    .init(#""SecurityOpt":["seccomp=unconfined"]"#, "container.privilege security.seccomp"),
    .init(#""MaskedPaths":["/x"]"#, "container.privilege security.masked_paths"),
    .init(#""ReadonlyPaths":[]"#, "container.privilege security.readonly_paths"),
    .init(#""Devices":[{"PathOnHost":"/dev/vda"}]"#, "container.device /dev/vda"),
    .init(#""DeviceCgroupRules":["a *:* rwm"]"#, "container.privilege device_cgroup_rule"),
    .init(#""DeviceRequests":[{"Count":-1}]"#, "container.privilege device_request.any"),
    .init(#""Runtime":"kata""#, "container.privilege runtime.kata"),
    .init(#""CgroupParent":"../../x""#, "container.privilege cgroup_parent"),
    .init(#""Sysctls":{"kernel.x":"1"}"#, "container.privilege sysctl.kernel.x"),
    .init(#""GroupAdd":["0"]"#, #"container.privilege group.0"#),
    .init(#""OomScoreAdj":-1"#, "container.privilege oom"),
    .init(#""LogConfig":{"Type":"syslog"}"#, "container.privilege log_driver.syslog"),
    .init(#""VolumeDriver":"x""#, "container.privilege volume_driver.x"),
    .init(#""Binds":["/etc:/a"]"#, "container.mount /etc"),
    .init(
        #""Mounts":[{"Type":"bind","Source":"/usr","Target":"/b"}]"#, "container.mount /usr"),
    .init(
        #""VolumesFrom":["data"]"#, "container.mount /etc", "container.volume plain",
        "container.volume disk", "container.mount anything",
        "container.volume 9999999999999999999999999999999999999999999999999999999999999999"),
    .init(#""PublishAllPorts":true"#, "network.publish -"),
]

@Suite("Ways out of a container")
struct EscapeTests {
    @Test("threat 29: what takes a wall down is an effect of its own", arguments: escapes)
    func alone(_ escape: Escape) throws {
        #expect(try creating(escape.host).special == escape.effects)
    }

    @Test("threat 29: of two at once neither hides the other", arguments: escapes)
    func two(_ escape: Escape) throws {
        for other in escapes where other.host != escape.host {
            let both = Set(try creating("\(escape.host),\(other.host)").special)
            #expect(both == Set(escape.effects + other.effects), "\(escape.host),\(other.host)")
        }
    }

    @Test("threat 29: all of them at once are all of them")
    func all() throws {
        let action = try creating(escapes.map(\.host).joined(separator: ","))
        #expect(Set(action.special) == Set(escapes.flatMap(\.effects)))
        #expect(
            action.shown.split(separator: "\n").dropFirst().first?.hasPrefix("dangerous: ") == true)
    }

    @Test(
        "threat 29: a capability is the same in every spelling that the engine takes, and goes out in one",
        arguments: [
            (#"["sys_admin"]"#, "SYS_ADMIN"), (#"["Cap_Sys_Admin"]"#, "SYS_ADMIN"),
            (#""CAP_SYS_ADMIN""#, "SYS_ADMIN"), (#"["aLL"]"#, "ALL"),
        ])
    func capabilities(_ given: String, _ name: String) throws {
        let action = try creating(#""CapAdd":\#(given)"#)
        #expect(action.special == ["container.privilege capability.\(name.lowercased())"])
        #expect(text(action.body).contains(#""CapAdd":["\#(name)"]"#))
    }

    @Test(
        "threat 29: a name that the engine alone takes for a capability's is refused",
        arguments: [
            "\u{17F}y\u{17F}_adm\u{131}n", "CAP_ALL", "CAP_CAP_SYS_ADMIN", "", " SYS_ADMIN", "CAP_",
            "SYS\\nADMIN",
        ])
    func noCapabilities(_ name: String) {
        for key in ["CapAdd", "CapDrop"] {
            #expect(
                refusal(
                    "POST /containers/create",
                    #"{"Image":"bb","HostConfig":{"\#(key)":["\#(name)"]}}"#)?
                    .status == 400)
        }
    }

    @Test(
        "threat 29: a path of the host is one, however it is written, and goes out clean",
        arguments: [
            "/etc", "//etc", "/etc/", "/./etc", "/etc/../etc", "/../etc", "/x/../../etc/.",
        ])
    func paths(_ path: String) throws {
        for (host, sent) in [
            (#""Binds":["\#(path):/a"]"#, #""Binds":["/etc:/a"]"#),
            (
                #""Mounts":[{"Type":"bind","Source":"\#(path)","Target":"/a"}]"#,
                #""Mounts":[{"Source":"/etc","Target":"/a","Type":"bind"}]"#
            ),
        ] {
            let action = try creating(host)
            #expect(action.special == ["container.mount /etc"])
            #expect(text(action.body).contains(sent))
        }
        if path.contains("..") { return }
        let volume = try action(
            "POST /volumes/create",
            #"{"Name":"vol","DriverOpts":{"type":"x","o":"ro,rbind","device":"\#(path)"}}"#)
        #expect(volume.effects.map(short) == ["volume.create vol", "container.mount /etc"])
    }

    @Test(
        "threat 29: a path with two names on Debian has both, and one through links may be anything",
        arguments: [
            ("/var/run/docker.sock", "/var/run/docker.sock=/run/docker.sock"),
            ("/run/docker.sock", "/run/docker.sock=/var/run/docker.sock"),
            ("/lib/x", "/lib/x=/usr/lib/x"), ("/runner", "/runner"), ("/", "/"),
            ("/proc/1/root/etc", "anything"), ("/proc", "anything"), ("/dev/fd/3", "anything"),
            ("/x/../proc/self/cwd", "anything"),
        ])
    func links(_ path: String, _ object: String) throws {
        #expect(try creating(#""Binds":["\#(path):/a"]"#).special == ["container.mount \(object)"])
    }

    @Test(
        "threat 29: a mount reads or writes, and passes on what is mounted below",
        arguments: [
            ("/a", true, "private"), ("/a:ro", false, "private"), ("/a:rw,shared", true, "shared"),
            ("/a:ro,rslave", true, "slave"), ("/a:z", true, "private"), ("/a:", true, "private"),
        ])
    func modes(_ rest: String, _ isWritable: Bool, _ propagation: String) throws {
        let effect = try #require(
            creating(#""Binds":["/srv:\#(rest)"]"#).effects.first { $0.verb == .containerMount })
        #expect(effect.attributes["writable"] == .flag(isWritable))
        #expect(effect.attributes["propagation"] == .text(propagation))
    }

    @Test(
        "threat 29: what is no bind that the gateway reads is refused",
        arguments: [
            "/etc:/a:RO", "/etc:/a:ro:x", "./etc:/a", "~/x:/a", " /etc:/a", "etc/x:/a", ":/a",
            "/etc:", "x:/a",
        ])
    func noBinds(_ bind: String) {
        #expect(
            refusal(
                "POST /containers/create", #"{"Image":"bb","HostConfig":{"Binds":["\#(bind)"]}}"#)
                != nil)
    }

    @Test(
        "threat 29: a volume's options are what `mount` does with them: only memory takes nothing of the host",
        arguments: [
            (#"{"type":"none","o":"bind","device":"/etc"}"#, "container.mount /etc"),
            (#"{"type":"tmpfs","o":"size=1m,rbind","device":"/etc"}"#, "container.mount /etc"),
            (#"{"type":"","o":"ro,bind","device":"/etc"}"#, "container.mount /etc"),
            (#"{"type":"none","o":"bind","device":"etc"}"#, "container.mount anything"),
            (
                #"{"type":"overlay","o":"lowerdir=/etc:/usr","device":"x"}"#,
                "container.mount anything"
            ),
            (#"{"type":"ext4","device":"/dev/vda"}"#, "container.mount anything"),
            (#"{"type":"proc","device":"proc"}"#, "container.mount anything"),
            (#"{"type":"nfs","o":"addr=192.0.2.1","device":":/x"}"#, "container.mount anything"),
            (
                #"{"type":"tmpfs","o":"size=1m,remount","device":"tmpfs"}"#,
                "container.mount anything"
            ),
            (#"{"type":"tmpfs","o":"size=1m,uid=5","device":"tmpfs"}"#, ""), ("{}", ""),
            (#"{"size":"1g"}"#, ""),
        ])
    func options(_ options: String, _ effect: String) throws {
        let expected = effect.isEmpty ? [] : [effect]
        let made = try action("POST /volumes/create", #"{"Name":"vol","DriverOpts":\#(options)}"#)
        #expect(made.effects.map(short) == ["volume.create vol"] + expected)
        // The same when it is made with a container, by its name or without, and when it is there.
        let mount = #""Target":"/a","VolumeOptions":{"DriverConfig":{"Options":\#(options)}}"#
        let nameless = try creating(#""Mounts":[{"Type":"volume",\#(mount)}]"#)
        #expect(nameless.special == expected)
        let named = try creating(#""Mounts":[{"Type":"volume","Source":"vol",\#(mount)}]"#)
        #expect(named.special == ["container.volume vol"] + expected)
        var engine = KnownEngine()
        engine.addVolume("vol", options: options)
        #expect(
            try creating(#""Binds":["vol:/a"]"#, engine).special == ["container.volume vol"]
                + expected)
    }

    @Test("threat 29: an option that is no volume's is refused")
    func noOptions() {
        for options in [#"{"Type":"none"}"#, #"{"o ":"bind"}"#, #"{"devic\u0065 ":"/etc"}"#] {
            #expect(refusal("POST /volumes/create", #"{"DriverOpts":\#(options)}"#)?.status == 400)
        }
    }

    @Test("threat 29: an option for a network's driver is an effect, wherever it stands")
    func networkOptions() throws {
        let endpoint = #"{"DriverOpts":{"com.docker.network.endpoint.sysctls":"x"}}"#
        let option = #"container.privilege network_option."com.docker.network.endpoint.sysctls""#
        let made = try action(
            "POST /containers/create",
            #"{"Image":"bb","NetworkingConfig":{"EndpointsConfig":{"n2":\#(endpoint)}}}"#)
        #expect(Set(made.special) == [option, "network.connect n2"])
        let joined = try action(
            "POST /networks/n2/connect", #"{"Container":"web","EndpointConfig":\#(endpoint)}"#)
        #expect(joined.effects.map(short).contains(option))
    }

    @Test("threat 29: the network that is joined is the one that was judged, whatever else is said")
    func networks() throws {
        let expected =
            #""HostConfig":{"NetworkMode":"\#(KnownEngine.net)"},"Image":"\#(KnownEngine.bbID)","NetworkingConfig":{"EndpointsConfig":{"\#(KnownEngine.net)":{"#
        for endpoint in ["n2", String(KnownEngine.net.prefix(12)), KnownEngine.net] {
            for mode in [
                #""NetworkMode":"n2""#, #""NetworkMode":"default""#, #""NetworkMode":"""#, "",
            ] {
                let action = try action(
                    "POST /containers/create",
                    #"{"Image":"bb","HostConfig":{\#(mode)},"NetworkingConfig":{"EndpointsConfig":{"\#(endpoint)":{"NetworkID":"\#(KnownEngine.hostNet)","EndpointID":"x"}}}}"#
                )
                #expect(action.special == ["network.connect n2"])
                #expect(text(action.body).contains(expected), "\(text(action.body))")
                #expect(!text(action.body).contains(KnownEngine.hostNet))
            }
        }
    }

    @Test(
        "threat 29: two networks at once are refused",
        arguments: [
            #""HostConfig":{"NetworkMode":"none"},"NetworkingConfig":{"EndpointsConfig":{"n2":{}}}"#,
            #""HostConfig":{"NetworkMode":"bridge"},"NetworkingConfig":{"EndpointsConfig":{"n2":{}}}"#,
            #""HostConfig":{"NetworkMode":"n2"},"NetworkingConfig":{"EndpointsConfig":{"bridge":{}}}"#,
            #""NetworkingConfig":{"EndpointsConfig":{"n2":{},"bridge":{}}}"#,
            #""HostConfig":{"NetworkMode":"host"},"NetworkingConfig":{"EndpointsConfig":{"host":{"Aliases":["x"]}}}"#,
        ])
    func twoNetworks(_ members: String) {
        #expect(refusal("POST /containers/create", #"{"Image":"bb",\#(members)}"#)?.status == 400)
    }

    @Test(
        "threat 29: the host's network is that by its name, by its id, and by an endpoint alone",
        arguments: [
            #""HostConfig":{"NetworkMode":"host"}"#,
            #""HostConfig":{"NetworkMode":"\#(KnownEngine.hostNet)"}"#,
            #""NetworkingConfig":{"EndpointsConfig":{"host":{}}}"#,
            #""NetworkingConfig":{"EndpointsConfig":{"\#(KnownEngine.hostNet)":{}}}"#,
        ])
    func hostNetwork(_ members: String) throws {
        let action = try action("POST /containers/create", #"{"Image":"bb",\#(members)}"#)
        #expect(action.special == ["container.privilege namespace.network.host"])
        #expect(text(action.body).contains(#""HostConfig":{"NetworkMode":"host"}"#))
        #expect(!text(action.body).contains("EndpointsConfig"))
    }

    @Test("threat 29: what a namespace's other container has joined is judged too, to the end")
    func chains() throws {
        for mode in ["chained", KnownEngine.chained, "/chained"] {
            let action = try creating(#""PidMode":"container:\#(mode)""#)
            #expect(
                action.special == [
                    "container.privilege namespace.pid.container",
                    "container.privilege namespace.pid.container",
                    "container.privilege namespace.pid.host",
                ])
            #expect(text(action.body).contains(#""PidMode":"container:\#(KnownEngine.chained)""#))
        }
    }

    @Test("threat 29: containers in a ring are each looked at once")
    func ring() throws {
        var engine = KnownEngine()
        let (one, two) = (String(repeating: "7", count: 64), String(repeating: "8", count: 64))
        engine.addContainer("one", one, host: #"{"PidMode":"container:\#(two)"}"#)
        engine.addContainer("two", two, host: #"{"PidMode":"container:\#(one)"}"#)
        #expect(try creating(#""PidMode":"container:one""#, engine).special.count == 2)
    }

    @Test(
        "threat 29: a mode that the engine takes for none of the host's is refused rather than passed on",
        arguments: [
            #""PidMode":"Host""#, #""PidMode":"host ""#, #""UTSMode":"HOST""#, #""IpcMode":"x""#,
            #""CgroupnsMode":"Host""#, #""UTSMode":"container:web""#, #""UsernsMode":"x""#,
            #""PidMode":"container:""#, #""PidMode":"container:nope""#, #""NetworkMode":"Host""#,
            #""SecurityOpt":["Seccomp=unconfined"]"#, #""SecurityOpt":["seccomp"]"#,
            #""SecurityOpt":["no-new-privileges=x"]"#, #""Isolation":"hyperv""#,
            #""PortBindings":{"80/tcp":[{"HostIp":"127.0.0.01","HostPort":"80"}]}"#,
            #""PortBindings":{"80/tcp":[{"HostIp":"::1%lo","HostPort":"80"}]}"#,
            #""PortBindings":{"80/tcp":[{"HostPort":"+80"}]}"#,
        ])
    func noModes(_ host: String) {
        #expect(
            refusal("POST /containers/create", #"{"Image":"bb","HostConfig":{\#(host)}}"#) != nil)
    }

    @Test(
        "threat 29: an address of the host goes out as it was judged",
        arguments: [
            ("127.0.0.1", "127.0.0.1", "127.0.0.1"), ("", "", "0.0.0.0"),
            ("0.0.0.0", "0.0.0.0", "0.0.0.0"), ("::", "::", "0.0.0.0"),
            ("0:0::0", "::", "0.0.0.0"), ("::ffff:127.0.0.1", "127.0.0.1", "127.0.0.1"),
            ("::1", "0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1"),
        ])
    func addresses(_ given: String, _ sent: String, _ judged: String) throws {
        let action = try creating(
            #""PortBindings":{"80/tcp":[{"HostIp":"\#(given)","HostPort":"80"}]}"#)
        #expect(text(action.body).contains(#""HostIp":"\#(sent)""#))
        let effect = try #require(action.effects.first { $0.verb == .networkPublish })
        #expect(effect.attributes["address"] == .text(judged))
        #expect(effect.attributes["port"] == .number(80))
    }

    @Test(
        "threat 29: who may be the user 0 is root, in every spelling",
        arguments: [
            ("", true), ("0", true), ("00", true), ("+0", true), (":0", true), ("0:0", true),
            ("root", true), ("alice", true), ("1000", false), ("1000:0", false), ("-1", true),
        ])
    func root(_ user: String, _ isRoot: Bool) throws {
        let made = try action("POST /containers/create", #"{"Image":"bb","User":"\#(user)"}"#)
        #expect(made.effects.first?.attributes["root"] == .flag(isRoot))
        let exec = try action("POST /containers/web/exec", #"{"Cmd":["id"],"User":"\#(user)"}"#)
        #expect(exec.effects.first?.attributes["root"] == .flag(isRoot))
    }
}

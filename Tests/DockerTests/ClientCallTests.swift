import Testing
import Vocabulary

@testable import Docker

/// What a real client sent, at a socket that only listened.
struct ClientCall: Sendable, CustomTestStringConvertible {
    let client: String
    let line: String
    let body: String?
    /// Beside those of every container that is made.
    let effects: [String]

    init(_ client: String, _ line: String, _ body: String?, _ effects: [String]) {
        self.client = client
        self.line = line
        self.body = body
        self.effects = effects
    }

    var testDescription: String { "\(client): \(line)" }
}

@Suite("Calls as real clients write them")
struct ClientCallTests {
    static let calls = [
        ClientCall(
            "docker 20.10", "POST /v1.41/containers/create?name=web",
            #"{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"ExposedPorts":{"80/tcp":{}},"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["A=b"],"Cmd":["sleep","1"],"Image":"bb","Volumes":{},"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{},"HostConfig":{"Binds":["/srv:/a:ro"],"ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},"NetworkMode":"n2","PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":false,"VolumeDriver":"","VolumesFrom":null,"CapAdd":null,"CapDrop":null,"CgroupnsMode":"","Dns":[],"DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"","Cgroup":"","Links":null,"OomScoreAdj":0,"PidMode":"","Privileged":false,"PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":null,"UTSMode":"","UsernsMode":"","ShmSize":0,"ConsoleSize":[0,0],"Isolation":"","CpuShares":0,"Memory":10485760,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":[],"BlkioDeviceReadBps":null,"BlkioDeviceWriteBps":null,"BlkioDeviceReadIOps":null,"BlkioDeviceWriteIOps":null,"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":[],"DeviceCgroupRules":null,"DeviceRequests":null,"KernelMemory":0,"KernelMemoryTCP":0,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,"OomKillDisable":false,"PidsLimit":0,"Ulimits":null,"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"MaskedPaths":null,"ReadonlyPaths":null},"NetworkingConfig":{"EndpointsConfig":{}}}"#,
            ["container.mount /srv", "network.publish -", "network.connect n2"]),
        ClientCall(
            "docker 20.10", "POST /v1.41/containers/create",
            #"{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":null,"Cmd":null,"Image":"bb","Volumes":{},"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{},"HostConfig":{"Binds":null,"ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},"NetworkMode":"default","PortBindings":{},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":false,"VolumeDriver":"","VolumesFrom":null,"CapAdd":["sys_admin"],"CapDrop":null,"CgroupnsMode":"","Dns":[],"DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"","Cgroup":"","Links":null,"OomScoreAdj":0,"PidMode":"host","Privileged":true,"PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":["apparmor:unconfined"],"UTSMode":"","UsernsMode":"","ShmSize":0,"ConsoleSize":[0,0],"Isolation":"","CpuShares":0,"Memory":0,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":[],"BlkioDeviceReadBps":null,"BlkioDeviceWriteBps":null,"BlkioDeviceReadIOps":null,"BlkioDeviceWriteIOps":null,"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":[{"PathOnHost":"/dev/kmsg","PathInContainer":"/dev/kmsg","CgroupPermissions":"rwm"}],"DeviceCgroupRules":null,"DeviceRequests":null,"KernelMemory":0,"KernelMemoryTCP":0,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,"OomKillDisable":false,"PidsLimit":0,"Ulimits":null,"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"Mounts":[{"Type":"bind","Source":"/etc","Target":"/b"}],"MaskedPaths":[],"ReadonlyPaths":[]},"NetworkingConfig":{"EndpointsConfig":{}}}"#,
            [
                "container.privilege privileged", "container.privilege capability.sys_admin",
                "container.privilege namespace.pid.host", "container.privilege security.apparmor",
                "container.privilege security.masked_paths",
                "container.privilege security.readonly_paths", "container.device /dev/kmsg",
                "container.mount /etc",
            ]),
        ClientCall(
            "docker 20.10", "POST /v1.41/containers/create",
            #"{"Hostname":"","Domainname":"","User":"5","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":null,"Cmd":null,"Healthcheck":{"Test":["CMD-SHELL","true"]},"Image":"bb","Volumes":{},"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{"a":"b"},"HostConfig":{"Binds":null,"ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},"NetworkMode":"default","PortBindings":{},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":true,"VolumeDriver":"","VolumesFrom":null,"CapAdd":null,"CapDrop":null,"CgroupnsMode":"","Dns":[],"DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"","Cgroup":"","Links":null,"OomScoreAdj":0,"PidMode":"","Privileged":false,"PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":null,"UTSMode":"","UsernsMode":"","ShmSize":0,"ConsoleSize":[0,0],"Isolation":"","CpuShares":0,"Memory":0,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":[],"BlkioDeviceReadBps":null,"BlkioDeviceWriteBps":null,"BlkioDeviceReadIOps":null,"BlkioDeviceWriteIOps":null,"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":[],"DeviceCgroupRules":null,"DeviceRequests":null,"KernelMemory":0,"KernelMemoryTCP":0,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,"OomKillDisable":false,"PidsLimit":0,"Ulimits":null,"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"MaskedPaths":null,"ReadonlyPaths":null,"Init":true},"NetworkingConfig":{"EndpointsConfig":{}}}"#,
            []),
        ClientCall(
            "docker 20.10", "POST /v1.41/containers/web/exec",
            #"{"User":"","Privileged":false,"Tty":false,"AttachStdin":false,"AttachStderr":false,"AttachStdout":false,"Detach":true,"DetachKeys":"","Env":null,"WorkingDir":"","Cmd":["id"]}"#,
            ["container.exec /docker.io/library/bb"]),
        ClientCall(
            "docker 20.10", "POST /v1.41/containers/web/update",
            #"{"CpuShares":0,"Memory":10485760,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":null,"BlkioDeviceReadBps":null,"BlkioDeviceWriteBps":null,"BlkioDeviceReadIOps":null,"BlkioDeviceWriteIOps":null,"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":null,"DeviceCgroupRules":null,"DeviceRequests":null,"KernelMemory":0,"KernelMemoryTCP":0,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":null,"OomKillDisable":null,"PidsLimit":null,"Ulimits":null,"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"RestartPolicy":{"Name":"","MaximumRetryCount":0}}"#,
            ["container.update /docker.io/library/bb"]),
        ClientCall(
            "docker 20.10", "POST /v1.41/networks/create",
            #"{"CheckDuplicate":true,"Driver":"bridge","Scope":"","EnableIPv6":false,"IPAM":{"Driver":"default","Options":{},"Config":[]},"Internal":false,"Attachable":false,"Ingress":false,"ConfigOnly":false,"ConfigFrom":null,"Options":{},"Labels":{},"Name":"n3"}"#,
            ["network.create n3"]),
        ClientCall(
            "docker 20.10", "POST /v1.41/networks/n2/connect",
            #"{"Container":"web","EndpointConfig":{"IPAMConfig":{},"Links":null,"Aliases":["a"],"NetworkID":"","EndpointID":"","Gateway":"","IPAddress":"","IPPrefixLen":0,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"MacAddress":"","DriverOpts":{}}}"#,
            ["network.connect n2", "container.update /docker.io/library/bb"]),
        ClientCall(
            "docker 20.10", "POST /v1.41/volumes/create",
            #"{"Driver":"local","DriverOpts":{"device":"tmpfs","type":"tmpfs"},"Labels":{},"Name":"vol"}"#,
            ["volume.create vol"]),
        ClientCall(
            "docker 20.10", "POST /v1.41/commit?author=&comment=&container=web&repo=team%2Fa&tag=1",
            #"null"#, ["container.commit /docker.io/library/bb", "image.tag /docker.io/team/a"]),
        ClientCall(
            "docker 28.2", "POST /v1.41/containers/create?name=web",
            #"{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"ExposedPorts":{"80/tcp":{}},"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["A=b"],"Cmd":["sleep","1"],"Image":"bb","Volumes":{},"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{},"HostConfig":{"Binds":["/srv:/a:ro"],"ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},"NetworkMode":"n2","PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":false,"VolumeDriver":"","VolumesFrom":null,"ConsoleSize":[0,0],"CapAdd":null,"CapDrop":null,"CgroupnsMode":"","Dns":[],"DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"","Cgroup":"","Links":null,"OomScoreAdj":0,"PidMode":"","Privileged":false,"PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":null,"UTSMode":"","UsernsMode":"","ShmSize":0,"Isolation":"","CpuShares":0,"Memory":10485760,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":[],"BlkioDeviceReadBps":[],"BlkioDeviceWriteBps":[],"BlkioDeviceReadIOps":[],"BlkioDeviceWriteIOps":[],"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":[],"DeviceCgroupRules":null,"DeviceRequests":null,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,"OomKillDisable":false,"PidsLimit":0,"Ulimits":[],"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"MaskedPaths":null,"ReadonlyPaths":null},"NetworkingConfig":{"EndpointsConfig":{}}}"#,
            ["container.mount /srv", "network.publish -", "network.connect n2"]),
        ClientCall(
            "docker 28.2", "POST /v1.41/containers/create",
            #"{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":null,"Cmd":null,"Image":"bb","Volumes":{},"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{},"HostConfig":{"Binds":null,"ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},"NetworkMode":"default","PortBindings":{},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":false,"VolumeDriver":"","VolumesFrom":null,"ConsoleSize":[0,0],"CapAdd":["CAP_SYS_ADMIN"],"CapDrop":null,"CgroupnsMode":"","Dns":[],"DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"","Cgroup":"","Links":null,"OomScoreAdj":0,"PidMode":"host","Privileged":true,"PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":["apparmor:unconfined"],"UTSMode":"","UsernsMode":"","ShmSize":0,"Isolation":"","CpuShares":0,"Memory":0,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":[],"BlkioDeviceReadBps":[],"BlkioDeviceWriteBps":[],"BlkioDeviceReadIOps":[],"BlkioDeviceWriteIOps":[],"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":[{"PathOnHost":"/dev/kmsg","PathInContainer":"/dev/kmsg","CgroupPermissions":"rwm"}],"DeviceCgroupRules":null,"DeviceRequests":null,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,"OomKillDisable":false,"PidsLimit":0,"Ulimits":[],"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"Mounts":[{"Type":"bind","Source":"/etc","Target":"/b"}],"MaskedPaths":[],"ReadonlyPaths":[]},"NetworkingConfig":{"EndpointsConfig":{"default":{"IPAMConfig":null,"Links":null,"Aliases":null,"MacAddress":"","DriverOpts":null,"GwPriority":0,"NetworkID":"","EndpointID":"","Gateway":"","IPAddress":"","IPPrefixLen":0,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"DNSNames":null}}}}"#,
            [
                "container.privilege privileged", "container.privilege capability.sys_admin",
                "container.privilege namespace.pid.host", "container.privilege security.apparmor",
                "container.privilege security.masked_paths",
                "container.privilege security.readonly_paths", "container.device /dev/kmsg",
                "container.mount /etc",
            ]),
        ClientCall(
            "docker 28.2", "POST /v1.41/containers/create",
            #"{"Hostname":"","Domainname":"","User":"5","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":null,"Cmd":null,"Healthcheck":{"Test":["CMD-SHELL","true"]},"Image":"bb","Volumes":{},"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{"a":"b"},"HostConfig":{"Binds":null,"ContainerIDFile":"","LogConfig":{"Type":"","Config":{}},"NetworkMode":"default","PortBindings":{},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":true,"VolumeDriver":"","VolumesFrom":null,"ConsoleSize":[0,0],"CapAdd":null,"CapDrop":null,"CgroupnsMode":"","Dns":[],"DnsOptions":[],"DnsSearch":[],"ExtraHosts":null,"GroupAdd":null,"IpcMode":"","Cgroup":"","Links":null,"OomScoreAdj":0,"PidMode":"","Privileged":false,"PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":null,"UTSMode":"","UsernsMode":"","ShmSize":0,"Isolation":"","CpuShares":0,"Memory":0,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":[],"BlkioDeviceReadBps":[],"BlkioDeviceWriteBps":[],"BlkioDeviceReadIOps":[],"BlkioDeviceWriteIOps":[],"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":[],"DeviceCgroupRules":null,"DeviceRequests":null,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":-1,"OomKillDisable":false,"PidsLimit":0,"Ulimits":[],"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"MaskedPaths":null,"ReadonlyPaths":null,"Init":true},"NetworkingConfig":{"EndpointsConfig":{"default":{"IPAMConfig":null,"Links":null,"Aliases":null,"MacAddress":"","DriverOpts":null,"GwPriority":0,"NetworkID":"","EndpointID":"","Gateway":"","IPAddress":"","IPPrefixLen":0,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"DNSNames":null}}}}"#,
            []),
        ClientCall(
            "docker 28.2", "POST /v1.41/containers/web/exec",
            #"{"User":"","Privileged":false,"Tty":false,"AttachStdin":false,"AttachStderr":false,"AttachStdout":false,"Detach":true,"DetachKeys":"","Env":null,"WorkingDir":"","Cmd":["id"]}"#,
            ["container.exec /docker.io/library/bb"]),
        ClientCall(
            "docker 28.2", "POST /v1.41/containers/web/update",
            #"{"CpuShares":0,"Memory":10485760,"NanoCpus":0,"CgroupParent":"","BlkioWeight":0,"BlkioWeightDevice":null,"BlkioDeviceReadBps":null,"BlkioDeviceWriteBps":null,"BlkioDeviceReadIOps":null,"BlkioDeviceWriteIOps":null,"CpuPeriod":0,"CpuQuota":0,"CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"","CpusetMems":"","Devices":null,"DeviceCgroupRules":null,"DeviceRequests":null,"MemoryReservation":0,"MemorySwap":0,"MemorySwappiness":null,"OomKillDisable":null,"PidsLimit":null,"Ulimits":null,"CpuCount":0,"CpuPercent":0,"IOMaximumIOps":0,"IOMaximumBandwidth":0,"RestartPolicy":{"Name":"","MaximumRetryCount":0}}"#,
            ["container.update /docker.io/library/bb"]),
        ClientCall(
            "docker 28.2", "POST /v1.41/networks/create",
            #"{"Driver":"bridge","Scope":"","IPAM":{"Driver":"default","Options":{},"Config":[]},"Internal":false,"Attachable":false,"Ingress":false,"ConfigOnly":false,"ConfigFrom":null,"Options":{},"Labels":{},"Name":"n3","CheckDuplicate":true}"#,
            ["network.create n3"]),
        ClientCall(
            "docker 28.2", "POST /v1.41/networks/n2/connect",
            #"{"Container":"web","EndpointConfig":{"IPAMConfig":{},"Links":null,"Aliases":["a"],"MacAddress":"","DriverOpts":{},"GwPriority":0,"NetworkID":"","EndpointID":"","Gateway":"","IPAddress":"","IPPrefixLen":0,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"DNSNames":null}}"#,
            ["network.connect n2", "container.update /docker.io/library/bb"]),
        ClientCall(
            "docker 28.2", "POST /v1.41/volumes/create",
            #"{"Driver":"local","DriverOpts":{"device":"tmpfs","type":"tmpfs"},"Name":"vol"}"#,
            ["volume.create vol"]),
        ClientCall(
            "docker 28.2",
            "POST /v1.41/commit?author=&comment=&container=web&repo=docker.io%2Fteam%2Fa&tag=1",
            nil, ["container.commit /docker.io/library/bb", "image.tag /docker.io/team/a"]),
        ClientCall(
            "docker-py 7.1", "POST /v1.41/containers/create?name=web",
            #"{"ExposedPorts": {"80/tcp": {}, "81/tcp": {}}, "Tty": false, "OpenStdin": false, "StdinOnce": false, "AttachStdin": false, "AttachStdout": true, "AttachStderr": true, "Env": ["A=b"], "Cmd": ["sleep", "1"], "Image": "bb", "Volumes": {"/a": {}}, "NetworkDisabled": false, "HostConfig": {"Memory": 10485760, "NetworkMode": "n2", "CapAdd": ["SYS_ADMIN"], "Binds": ["/srv:/a:ro"], "PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "81/tcp": [{"HostIp": "", "HostPort": ""}]}}, "NetworkingConfig": {"n2": null}, "Labels": {"x": ""}}"#,
            [
                "container.privilege capability.sys_admin", "network.publish -",
                "network.publish -", "container.mount /srv", "network.connect n2",
            ]),
        ClientCall(
            "docker-py 7.1", "POST /v1.41/containers/create",
            #"{"Tty": false, "OpenStdin": false, "StdinOnce": false, "AttachStdin": false, "AttachStdout": true, "AttachStderr": true, "Image": "bb", "Volumes": {"/data": {}}, "NetworkDisabled": false, "HostConfig": {"NetworkMode": "default", "RestartPolicy": {"Name": "always"}, "Binds": ["/data"], "ExtraHosts": ["a:192.0.2.1"], "Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}], "Tmpfs": {"/t": ""}, "AutoRemove": true, "Mounts": [{"Target": "/a", "Source": "vol", "Type": "volume", "ReadOnly": false}, {"Target": "/b", "Source": "/etc", "Type": "bind", "ReadOnly": true}]}, "Healthcheck": {"Test": ["CMD", "true"], "Interval": null, "Timeout": null, "Retries": null, "StartPeriod": null}}"#,
            ["container.volume vol", "container.mount /etc"]),
        ClientCall(
            "docker-py 7.1",
            "POST /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/exec",
            #"{"Container": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "User": "", "Privileged": false, "Tty": false, "AttachStdin": false, "AttachStdout": true, "AttachStderr": true, "Cmd": ["id"], "Env": ["A=b"]}"#,
            ["container.exec /docker.io/library/bb"]),
        ClientCall(
            "docker-py 7.1",
            "POST /v1.41/networks/c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3/connect",
            #"{"Container": "web", "EndpointConfig": {"Aliases": ["a"]}}"#,
            ["network.connect n2", "container.update /docker.io/library/bb"]),
    ]

    @Test("what a client sends is taken as it is, and judged", arguments: calls)
    func taken(_ call: ClientCall) throws {
        #expect(Set(try action(call.line, call.body).special) == Set(call.effects))
    }

    @Test(
        "what goes out is read again as the same: the same effects, and the same bytes",
        arguments: calls
            + escapes.map {
                ClientCall(
                    "", "POST /containers/create", #"{"Image":"bb","HostConfig":{\#($0.host)}}"#, []
                )
            })
    func again(_ call: ClientCall) throws {
        let first = try action(call.line, call.body)
        let line = text(first.head.bytes).split(separator: " HTTP/1.1").first.map(String.init)
        let second = try action(
            try #require(line), first.body.isEmpty ? nil : text(first.body))
        #expect(second.effects.map(withoutTag) == first.effects.map(withoutTag))
        #expect(second.body == first.body)
        #expect(second.head.bytes == first.head.bytes)
    }

    /// An id has no tag.
    private func withoutTag(_ effect: Effect) -> Effect {
        var effect = effect
        effect.attributes["tag"] = nil
        return effect
    }

    @Test(
        "calls without a body are taken too",
        arguments: [
            "GET /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/json",
            "POST /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/stop?t=1",
            "DELETE /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1?v=False&link=False&force=True",
            "POST /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/resize?h=24&w=80",
            "POST /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/restart?t=10",
            "POST /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/kill?signal=TERM",
            "POST /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/wait",
            "GET /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/logs?stderr=1&stdout=1&timestamps=0&follow=0&tail=all",
            "GET /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/stats?stream=False",
            "GET /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/top",
            "GET /v1.41/networks/n2",
            "GET /v1.41/volumes",
            "GET /v1.41/containers/json?limit=-1&all=1&size=0&trunc_cmd=0&filters=%7B%22label%22%3A+%5B%22a%3Db%22%5D%7D",
            "GET /v1.41/images/json?only_ids=0&all=0",
            "POST /v1.41/images/create?tag=1&fromImage=bb",
            "GET /v1.41/images/bb:1/json",
            "GET /v1.41/images/bb/json",
            "POST /v1.41/images/sha256:d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4/tag?tag=2&repo=team%2Fa&force=0",
            "DELETE /v1.41/images/bb?force=False&noprune=False",
            "POST /v1.41/images/prune",
            "POST /v1.41/volumes/prune",
            "GET /v1.41/system/df",
            "POST /v1.41/containers/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/attach?stdin=1&stream=1",
            "GET /v1.41/containers/web/json",
            "POST /v1.41/containers/web/restart",
            "POST /v1.41/containers/web/kill?signal=KILL",
            "GET /v1.41/containers/json?all=1",
            "POST /v1.41/containers/web/rename?name=b2",
            "DELETE /v1.41/containers/web?force=1",
            "GET /v1.41/images/json",
            "POST /v1.41/commit?author=&comment=&container=web&repo=docker.io%2Fteam%2Fa&tag=1",
            "POST /v1.41/containers/web/kill",
        ])
    func plain(_ line: String) throws {
        let action = try action(line)
        #expect(!action.effects.isEmpty)
        #expect(action.body.isEmpty)
    }
}

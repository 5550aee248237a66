/// The bodies of the calls, member by member (Docker Engine API 1.41). What the engine would take besides, at the top level
/// of `create` or by another spelling, is not here.
extension BodySchema {
    static let containerCreate = BodySchema.object(
        containerConfig.merging(
            ["HostConfig": .object(hostConfig), "NetworkingConfig": networkingConfig]
        ) { first, _ in first })

    /// Of a commit: what the image's containers run with.
    static let commit = BodySchema.object(containerConfig)

    private static let containerConfig: [String: BodySchema] = [
        "Hostname": .ascii, "Domainname": .ascii, "User": .ascii,
        "AttachStdin": .flag, "AttachStdout": .flag, "AttachStderr": .flag,
        "ExposedPorts": .map(.object([:])), "Tty": .flag, "OpenStdin": .flag, "StdinOnce": .flag,
        "Env": .texts, "Cmd": .words(.text), "Entrypoint": .words(.text), "Shell": .words(.text),
        "Healthcheck": .object([
            "Test": .texts, "Interval": .integer, "Timeout": .integer, "StartPeriod": .integer,
            "Retries": .integer, "StartInterval": .empty,
        ]),
        "ArgsEscaped": .flag, "Image": .ascii, "Volumes": .map(.object([:])), "WorkingDir": .ascii,
        "NetworkDisabled": .flag, "MacAddress": .ascii, "OnBuild": .texts, "Labels": .labels,
        "StopSignal": .ascii, "StopTimeout": .integer, "PortSpecs": .empty,
    ]

    private static let hostConfig: [String: BodySchema] = resources.merging([
        "Binds": .asciiTexts, "Mounts": .list(mount), "VolumesFrom": .asciiTexts,
        "VolumeDriver": .ascii,
        "Tmpfs": .asciiMap, "Privileged": .flag, "CapAdd": .words(.ascii),
        "CapDrop": .words(.ascii),
        "PidMode": .ascii, "IpcMode": .ascii, "NetworkMode": .ascii, "UTSMode": .ascii,
        "UsernsMode": .ascii, "CgroupnsMode": .ascii, "Cgroup": .ascii, "SecurityOpt": .asciiTexts,
        "MaskedPaths": .asciiTexts, "ReadonlyPaths": .asciiTexts, "Runtime": .ascii,
        "Sysctls": .asciiMap,
        "OomScoreAdj": .integer, "GroupAdd": .asciiTexts, "StorageOpt": .asciiMap,
        "LogConfig": .object(["Type": .ascii, "Config": .asciiMap]),
        "PortBindings": .map(.list(.object(["HostIp": .ascii, "HostPort": .ascii]))),
        "PublishAllPorts": .flag, "Links": .asciiTexts, "Dns": .asciiTexts,
        "DnsOptions": .asciiTexts,
        "DnsSearch": .asciiTexts, "ExtraHosts": .asciiTexts, "RestartPolicy": restartPolicy,
        "AutoRemove": .flag, "ReadonlyRootfs": .flag, "Init": .flag, "ShmSize": .integer,
        "ContainerIDFile": .ascii, "ConsoleSize": .list(.integer), "Isolation": .ascii,
        "Annotations": .empty, "Umask": .empty, "Capabilities": .empty, "DiskQuota": .empty,
        "LxcConf": .empty,
    ]) { first, _ in first }

    private static let restartPolicy = BodySchema.object([
        "Name": .ascii, "MaximumRetryCount": .integer,
    ])

    private static let resources: [String: BodySchema] = [
        "CpuShares": .integer, "NanoCpus": .integer, "CpuPeriod": .integer, "CpuQuota": .integer,
        "CpuRealtimePeriod": .integer, "CpuRealtimeRuntime": .integer, "CpusetCpus": .ascii,
        "CpusetMems": .ascii, "CpuCount": .integer, "CpuPercent": .integer, "Memory": .integer,
        "MemoryReservation": .integer, "MemorySwap": .integer, "MemorySwappiness": .integer,
        "KernelMemory": .integer, "KernelMemoryTCP": .integer, "OomKillDisable": .flag,
        "PidsLimit": .integer, "BlkioWeight": .integer,
        "BlkioWeightDevice": .list(.object(["Path": .ascii, "Weight": .integer])),
        "BlkioDeviceReadBps": throttle, "BlkioDeviceWriteBps": throttle,
        "BlkioDeviceReadIOps": throttle, "BlkioDeviceWriteIOps": throttle,
        "IOMaximumIOps": .integer, "IOMaximumBandwidth": .integer, "CgroupParent": .ascii,
        "Devices": .list(
            .object(["PathOnHost": .ascii, "PathInContainer": .ascii, "CgroupPermissions": .ascii])),
        "DeviceCgroupRules": .asciiTexts,
        "DeviceRequests": .list(
            .object([
                "Driver": .ascii, "Count": .integer, "DeviceIDs": .asciiTexts,
                "Capabilities": .list(.asciiTexts), "Options": .asciiMap,
            ])),
        "Ulimits": ulimits,
    ]

    /// Also a parameter of builds.
    static let ulimits = BodySchema.list(
        .object(["Name": .ascii, "Soft": .integer, "Hard": .integer]))

    /// A parameter of builds: where what they make goes to.
    static let buildOutputs = BodySchema.list(.object(["Type": .ascii, "Attrs": .labels]))

    private static let throttle = BodySchema.list(.object(["Path": .ascii, "Rate": .integer]))

    private static let mount = BodySchema.object([
        "Type": .ascii, "Source": .ascii, "Target": .ascii, "ReadOnly": .flag,
        "Consistency": .ascii,
        "BindOptions": .object([
            "Propagation": .ascii, "NonRecursive": .flag, "CreateMountpoint": .empty,
            "ReadOnlyNonRecursive": .empty, "ReadOnlyForceRecursive": .empty,
        ]),
        "VolumeOptions": .object([
            "NoCopy": .flag, "Labels": .labels,
            "DriverConfig": .object(["Name": .ascii, "Options": .asciiMap]), "Subpath": .empty,
        ]),
        "TmpfsOptions": .object([
            "SizeBytes": .integer, "Mode": .integer, "Options": .empty,
        ]),
        "ImageOptions": .empty, "ClusterOptions": .empty,
    ])

    private static let networkingConfig = BodySchema.object([
        "EndpointsConfig": .map(networkEndpoint),
        // A client names the network here, where the engine does not look for it.
        "*": .empty,
    ])

    private static let networkEndpoint = BodySchema.object([
        "IPAMConfig": .object([
            "IPv4Address": .ascii, "IPv6Address": .ascii, "LinkLocalIPs": .asciiTexts,
        ]),
        "Links": .asciiTexts, "Aliases": .asciiTexts, "NetworkID": .ascii, "EndpointID": .ascii,
        "Gateway": .ascii, "IPAddress": .ascii, "IPPrefixLen": .integer, "IPv6Gateway": .ascii,
        "GlobalIPv6Address": .ascii, "GlobalIPv6PrefixLen": .integer, "MacAddress": .ascii,
        "DriverOpts": .asciiMap, "DNSNames": .empty, "GwPriority": .empty,
    ])

    /// What the engine reads of an update and forgets may only be empty: a later one applies it.
    static let containerUpdate = BodySchema.object(
        resources.merging(["RestartPolicy": restartPolicy]) { first, _ in first }
            .merging(forgottenInUpdates.map { ($0, .empty) }) { $1 })

    private static let forgottenInUpdates = [
        "Devices", "DeviceCgroupRules", "DeviceRequests", "CgroupParent", "Ulimits",
        "BlkioWeightDevice", "BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps",
        "BlkioDeviceWriteIOps", "OomKillDisable", "MemorySwappiness", "KernelMemoryTCP",
        "CpuCount", "CpuPercent", "IOMaximumIOps", "IOMaximumBandwidth",
    ]

    static let execCreate = BodySchema.object([
        "User": .ascii, "Privileged": .flag, "Tty": .flag, "AttachStdin": .flag,
        "AttachStdout": .flag, "AttachStderr": .flag, "Detach": .flag, "DetachKeys": .ascii,
        "Env": .texts, "WorkingDir": .ascii, "Cmd": .texts,
        "ConsoleSize": .empty, "Container": .unread,
    ])
    static let execStart = BodySchema.object([
        "Detach": .flag, "Tty": .flag, "ConsoleSize": .empty,
    ])

    static let networkCreate = BodySchema.object([
        "Name": .ascii, "CheckDuplicate": .flag, "Driver": .ascii, "Scope": .ascii,
        "EnableIPv6": .flag, "Internal": .flag, "Attachable": .flag, "Ingress": .flag,
        "ConfigOnly": .flag, "ConfigFrom": .object(["Network": .ascii]),
        "IPAM": .object([
            "Driver": .ascii, "Options": .asciiMap,
            "Config": .list(
                .object([
                    "Subnet": .ascii, "IPRange": .ascii, "Gateway": .ascii,
                    "AuxiliaryAddresses": .asciiMap,
                ])),
        ]),
        "Options": .asciiMap, "Labels": .labels, "EnableIPv4": .empty,
    ])
    static let networkConnect = BodySchema.object([
        "Container": .ascii, "EndpointConfig": networkEndpoint,
    ])
    static let networkDisconnect = BodySchema.object(["Container": .ascii, "Force": .flag])

    static let volumeCreate = BodySchema.object([
        "Name": .ascii, "Driver": .ascii, "DriverOpts": .asciiMap, "Labels": .labels,
        "ClusterVolumeSpec": .empty,
    ])

    static let registryLogin = BodySchema.object([
        "username": .text, "password": .text, "auth": .text, "email": .text,
        "serveraddress": .ascii, "identitytoken": .text, "registrytoken": .text,
    ])
}

import Vocabulary

/// Every call that the gateway knows. What is not here is `unknown`: checkpoints, `copy` of old versions, the engine's
/// debugging, and `OPTIONS`.
///
/// Source: the Engine API's documents 1.24 to 1.41. Where several match a path, the first counts: an image may be called
/// `json` or `a/json`.
extension Endpoint {
    static let all = system + containers + execs + images + builds + networks + volumes + others

    private static let system: [Endpoint] = [
        .init("GET", "_ping", .systemInspect),
        .init("HEAD", "_ping", .systemInspect),
        .init("GET", "version", .systemInspect),
        .init("GET", "info", .systemInspect),
        .init(
            "GET", "events", .systemEvents,
            ["since": .ascii, "until": .ascii, "filters": .filters], reply: .stream),
        .init("GET", "system/df", .systemInspect, since: 25),
        .init("POST", "auth", .systemLogin, body: .json(.registryLogin)),
    ]

    private static let containers: [Endpoint] = [
        .init(
            "GET", "containers/json", .containerInspect,
            [
                "all": .flag, "limit": .integer, "size": .flag, "since": .ascii, "before": .ascii,
                "trunc_cmd": .flag, "filters": .filters,
            ]),
        .init(
            "POST", "containers/create", .containerCreate, ["name": .ascii, "platform": .ascii],
            body: .json(.containerCreate), deed: .containerCreate),
        .init(
            "POST", "containers/prune", .containerRemove, since: 25, ["filters": .filters],
            deed: .any),
        .init(
            "GET", "containers/{name}/json", .containerInspect, ["size": .flag], deed: .container),
        .init(
            "GET", "containers/{name}/top", .containerInspect, ["ps_args": .ascii],
            deed: .containerTop),
        .init(
            "GET", "containers/{name}/logs", .containerLogs,
            [
                "stdout": .flag, "stderr": .flag, "follow": .flag, "timestamps": .flag,
                "since": .ascii, "until": .ascii, "tail": .ascii, "details": .flag,
            ], reply: .stream, deed: .containerLogs),
        .init("GET", "containers/{name}/changes", .containerInspect, deed: .container),
        .init(
            "GET", "containers/{name}/export", .containerArchiveRead, reply: .stream,
            deed: .container),
        .init(
            "GET", "containers/{name}/stats", .containerInspect,
            ["stream": .flag, "one-shot": .flag], reply: .stream, deed: .container),
        .init(
            "POST", "containers/{name}/resize", .containerAttach, ["h": .integer, "w": .integer],
            deed: .containerResize),
        .init(
            "POST", "containers/{name}/start", .containerStart, ["detachKeys": .ascii],
            deed: .containerStart),
        .init("POST", "containers/{name}/stop", .containerStop, ["t": .integer], deed: .container),
        .init(
            "POST", "containers/{name}/restart", .containerStart, ["t": .integer],
            deed: .containerStart),
        .init(
            "POST", "containers/{name}/kill", .containerKill, ["signal": .ascii], deed: .container),
        .init("POST", "containers/{name}/pause", .containerStop, deed: .container),
        .init("POST", "containers/{name}/unpause", .containerStart, deed: .containerStart),
        .init(
            "POST", "containers/{name}/rename", .containerUpdate, ["name": .ascii],
            deed: .containerRename),
        .init(
            "POST", "containers/{name}/update", .containerUpdate, body: .json(.containerUpdate),
            deed: .containerUpdate),
        .init(
            "POST", "containers/{name}/attach", .containerAttach,
            [
                "stream": .flag, "stdin": .flag, "stdout": .flag, "stderr": .flag, "logs": .flag,
                "detachKeys": .ascii,
            ], reply: .hijack, deed: .containerAttach),
        .init(
            "POST", "containers/{name}/wait", .containerInspect, ["condition": .ascii],
            reply: .stream, deed: .container),
        .init(
            "DELETE", "containers/{name}", .containerRemove,
            ["v": .flag, "force": .flag, "link": .flag], deed: .containerRemove),
        .init(
            "HEAD", "containers/{name}/archive", .containerArchiveRead, ["path": .text],
            deed: .container),
        .init(
            "GET", "containers/{name}/archive", .containerArchiveRead, ["path": .text],
            reply: .stream, deed: .container),
        .init(
            "PUT", "containers/{name}/archive", .containerArchiveWrite,
            ["path": .text, "noOverwriteDirNonDir": .flag, "copyUIDGID": .flag], body: .archive,
            deed: .container),
        .init(
            "POST", "commit", .containerCommit,
            [
                "container": .ascii, "repo": .ascii, "tag": .ascii, "author": .text,
                "comment": .text,
                "pause": .flag, "changes": .texts,
            ], body: .optionalJSON(.commit), deed: .containerCommit),
    ]

    private static let execs: [Endpoint] = [
        .init(
            "POST", "containers/{name}/exec", .containerExec, body: .json(.execCreate),
            deed: .execCreate),
        .init(
            "POST", "exec/{name}/start", .containerExec, body: .json(.execStart), reply: .hijack,
            deed: .execStart),
        .init(
            "POST", "exec/{name}/resize", .containerAttach, ["h": .integer, "w": .integer],
            deed: .execResize),
        .init("GET", "exec/{name}/json", .containerInspect, deed: .exec),
    ]

    private static let images: [Endpoint] = [
        .init(
            "GET", "images/json", .imageInspect,
            [
                "all": .flag, "filter": .ascii, "digests": .flag, "only_ids": .flag,
                "filters": .filters,
            ]),
        .init(
            "GET", "images/search", .imageSearch,
            ["term": .text, "limit": .integer, "filters": .filters]),
        .init(
            "GET", "images/get", .imageSave, ["names": .texts], reply: .stream, deed: .imagesSave),
        .init(
            "POST", "images/load", .imageLoad, ["quiet": .flag], body: .archive, reply: .stream,
            deed: .any),
        .init(
            "POST", "images/create", .imagePull,
            [
                "fromImage": .ascii, "fromSrc": .ascii, "repo": .ascii, "tag": .ascii,
                "message": .text, "platform": .ascii, "changes": .texts,
            ], body: .archive, reply: .stream, deed: .imageCreate),
        .init("POST", "images/prune", .imageRemove, since: 25, ["filters": .filters], deed: .any),
        .init("GET", "images/{image}/get", .imageSave, reply: .stream, deed: .image),
        .init("GET", "images/{image}/history", .imageInspect, deed: .image),
        .init("GET", "images/{image}/json", .imageInspect, deed: .image),
        .init(
            "POST", "images/{image}/push", .imagePush, ["tag": .ascii], reply: .stream,
            deed: .imagePush),
        .init(
            "POST", "images/{image}/tag", .imageTag,
            ["repo": .ascii, "tag": .ascii, "force": .flag], deed: .imageTag),
        .init(
            "DELETE", "images/{image}", .imageRemove, ["force": .flag, "noprune": .flag],
            deed: .image),
        .init("GET", "distribution/{image}/json", .imageSearch, since: 30, deed: .imageRemote),
    ]

    private static let builds: [Endpoint] = [
        .init(
            "POST", "build", .build,
            [
                "dockerfile": .firstText, "t": .texts, "extrahosts": .texts, "remote": .ascii,
                "q": .flag, "nocache": .flag, "cachefrom": .json(.asciiTexts), "pull": .flag,
                "rm": .flag,
                "forcerm": .flag, "memory": .integer, "memswap": .integer, "cpushares": .integer,
                "cpusetcpus": .ascii, "cpusetmems": .ascii, "cpuperiod": .integer,
                "cpuquota": .integer, "buildargs": .json(.map(.optional(.text))),
                "shmsize": .integer, "squash": .flag,
                "labels": .json(.labels), "networkmode": .ascii, "platform": .ascii,
                "target": .ascii,
                "outputs": .json(.buildOutputs), "ulimits": .json(.ulimits), "cgroupparent": .ascii,
                "securityopt": .texts,
                "isolation": .ascii,
                "session": .ascii, "buildid": .ascii, "version": .ascii,
            ], body: .archive, reply: .stream, deed: .build),
        .init(
            "POST", "build/prune", .imageRemove, since: 31,
            ["all": .flag, "keep-storage": .integer, "filters": .filters], deed: .any),
        .init("POST", "build/cancel", .build, since: 39, ["id": .ascii], deed: .any),
        .init("POST", "session", .buildOpaque, since: 31, reply: .hijack),
        .init("POST", "grpc", .buildOpaque, since: 39, reply: .hijack),
    ]

    private static let networks: [Endpoint] = [
        .init("GET", "networks", .networkInspect, ["filters": .filters]),
        .init(
            "POST", "networks/create", .networkCreate, body: .json(.networkCreate),
            deed: .networkCreate),
        .init(
            "POST", "networks/prune", .networkRemove, since: 25, ["filters": .filters], deed: .any),
        .init(
            "GET", "networks/{name}", .networkInspect, ["verbose": .flag, "scope": .ascii],
            deed: .network),
        .init(
            "POST", "networks/{name}/connect", .networkConnect, body: .json(.networkConnect),
            deed: .networkConnect),
        .init(
            "POST", "networks/{name}/disconnect", .networkConnect, body: .json(.networkDisconnect),
            deed: .networkDisconnect),
        .init("DELETE", "networks/{name}", .networkRemove, deed: .network),
    ]

    private static let volumes: [Endpoint] = [
        .init("GET", "volumes", .volumeInspect, ["filters": .filters]),
        .init(
            "POST", "volumes/create", .volumeCreate, body: .json(.volumeCreate), deed: .volumeCreate
        ),
        .init("POST", "volumes/prune", .volumeRemove, since: 25, ["filters": .filters], deed: .any),
        .init("GET", "volumes/{name}", .volumeInspect, deed: .volume),
        .init("DELETE", "volumes/{name}", .volumeRemove, ["force": .flag], deed: .volume),
    ]

    /// Read only: what changes a plugin, a swarm or a secret is `unknown`, and so refused until somebody needs it.
    private static let others: [Endpoint] = [
        .init("GET", "plugins", .pluginInspect, since: 25, ["filters": .filters]),
        .init("GET", "plugins/{image}/json", .pluginInspect, since: 25),
        // With the secrets by which machines join.
        .init("GET", "swarm", .secretInspect),
        .init("GET", "nodes", .swarmInspect, ["filters": .filters]),
        .init("GET", "services", .swarmInspect, ["filters": .filters, "status": .flag]),
        .init("GET", "tasks", .swarmInspect, ["filters": .filters]),
        .init("GET", "secrets", .secretInspect, since: 25, ["filters": .filters]),
        .init("GET", "configs", .secretInspect, since: 30, ["filters": .filters]),
    ]
}

/// The policies that the end-to-end tests run under.
enum Policies {
    /// What the example says of production databases, with the times given.
    static func production(within: String = "60s") throws -> String {
        """
        policy: production
        targets: { kind: postgres, labels: { env: production } }
        rules:
          - rule: transactions
            effects: [transaction]
            decide: allow
          - rule: session
            effects: [session]
            objects: ["-", "application_name", "statement_timeout", "client_encoding", "extra_float_digits", "datestyle", "timezone"]
            decide: allow
          - rule: scratch
            effects: [read, write, schema]
            attributes: { temporary: true }
            decide: allow
          - rule: reads
            effects: [read]
            objects: { except: ["public.secrets"] }
            decide: allow
          - rule: bounded
            effects: [write]
            attributes: { bounded: true }
            decide: review
          - rule: unbounded
            effects: [write]
            attributes: { bounded: false, temporary: false }
            decide: hold
            risk: high
            consents: [{ from: "group:dba", count: 1 }]
            within: \(within)
        """
    }

    /// Programs on hosts: most run, `id` is held, `wget` is refused.
    static let host = """
        policy: hosts
        targets: { kind: shell }
        rules:
          - rule: login
            effects: [shell.login]
            decide: allow
          - rule: programs
            effects: [shell.exec]
            objects: { except: ["/usr/bin/id", "/usr/bin/wget"] }
            decide: allow
          - rule: identity
            effects: [shell.exec]
            objects: ["/usr/bin/id"]
            decide: hold
            consents: [{ from: "group:dba", count: 1 }]
            within: 60s
          - rule: no-downloads
            effects: [shell.exec]
            objects: ["/usr/bin/wget"]
            decide: deny
        """

    /// The same, with what a login shell asks by Debian's start-up files.
    static let loginShells =
        host.replacingOccurrences(
            of: "    decide: hold\n", with: "    no_argument: [\"-u\"]\n    decide: hold\n") + """

              - rule: number
                effects: [shell.exec]
                objects: ["/usr/bin/id"]
                arguments: ["-u"]
                decide: allow
            """

    /// Any program on hosts, and files in and out.
    static let transfers = """
        policy: transfers
        targets: { kind: shell }
        rules:
          - rule: everything
            effects: [shell.login, shell.exec, shell.file-write, shell.transfer]
            decide: allow
        """

    /// Everything, of everyone.
    static let allowAll = """
        policy: allow-all
        rules:
          - rule: everything
            effects: [read, write, schema, privilege, execute, session, transaction, copy-in, copy-out, maintenance, server-io]
            decide: allow
          - rule: others-data
            effects: [read, write]
            objects: ["pg_catalog.pg_largeobject", "pg_catalog.pg_authid", "pg_catalog.pg_stat_activity"]
            decide: allow
        """
}

extension Policies {
    /// Containers of the test's images do what they like inside; what leads out of them is held, or denied.
    static let containers = """
        policy: containers
        targets: { kind: docker }
        rules:
          - rule: looking
            effects: [system.inspect, system.events, container.inspect, container.logs, image.inspect, network.inspect, volume.inspect, plugin.inspect]
            decide: allow
          - rule: known-images
            effects: [container.create, container.start, build, image.pull, image.tag, image.load, image.save, image.remove]
            objects: [/docker.io/library/bb, /docker.io/library/built]
            decide: allow
          - rule: own-work
            effects: [container.stop, container.kill, container.remove, container.update, container.exec, container.exec-start, container.attach, container.archive-read, container.archive-write, container.volume]
            decide: allow
          - rule: own-networks
            effects: [network.create, network.connect, network.remove, volume.create, volume.remove]
            decide: allow
          - rule: ways-out
            effects: [container.privilege, container.device, container.mount]
            decide: hold
            risk: high
            consents: [{ from: "group:dba", count: 1 }]
            within: 60s
          - rule: no-socket
            effects: [container.mount]
            objects: [/run/docker.sock, /var/run/docker.sock]
            decide: deny
        """
}

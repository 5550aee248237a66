import Testing

@testable import Supervision

@Suite("A script's first line")
struct InterpreterLineTests {
    static let lines: [(String, InterpreterLine?)] = [
        ("#!/bin/sh\n", .init(interpreter: "/bin/sh")),
        ("#! \t/bin/sh \t\nrm", .init(interpreter: "/bin/sh")),
        ("#!/usr/bin/env -S python3 -I \n", .init(interpreter: "/usr/bin/env", "-S python3 -I")),
        ("#!/bin/sh", .init(interpreter: "/bin/sh")),
        ("#!/bin/sh\0-x\n", .init(interpreter: "/bin/sh")),
        ("#!\n/bin/sh", nil),
        ("#!   \n", nil),
        ("#", nil),
        ("", nil),
        ("\u{7F}ELF", nil),
    ]

    @Test("is read as Linux reads it", arguments: lines)
    func line(_ start: String, _ expected: InterpreterLine?) {
        #expect(InterpreterLine([UInt8](start)) == expected)
    }
}

extension InterpreterLine {
    fileprivate init(interpreter: String, _ argument: String? = nil) {
        self.init(interpreter: [UInt8](interpreter), argument: argument.map { [UInt8]($0) })
    }
}

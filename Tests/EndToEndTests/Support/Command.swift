import TestKit

typealias Command = TestKit.Command
typealias Conversation = TestKit.Conversation
typealias Output = TestKit.Output
typealias Failure = TestKit.Failure

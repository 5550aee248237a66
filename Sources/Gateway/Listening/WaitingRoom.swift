import Identity
import NIOConcurrencyHelpers
import NIOCore

/// Counts connections that are no sessions: those that have not logged in, and those of the control API. Nobody who has
/// proved nothing can take all of the process's descriptors.
final class WaitingRoom: Sendable {
    private struct State {
        var count = 0
        var byAddress: [String: Int] = [:]
    }

    private let state = NIOLockedValueBox(State())

    /// `nil` when it is full, or has enough of this address.
    func enter(_ address: String) -> Ticket? {
        let address = addressGroup(address)
        let isAdmitted = state.withLockedValue { state in
            let ofAddress = state.byAddress[address, default: 0]
            guard state.count < GatewayLimits.unauthenticatedMax,
                ofAddress < GatewayLimits.unauthenticatedPerAddressMax
            else { return false }
            state.count += 1
            state.byAddress[address] = ofAddress + 1
            return true
        }
        return isAdmitted ? Ticket(self, address) : nil
    }

    private func leave(_ address: String) {
        state.withLockedValue { state in
            state.count -= 1
            let left = state.byAddress[address, default: 1] - 1
            state.byAddress[address] = left > 0 ? left : nil
        }
    }

    /// One connection's place, given back once: when a session begins, or with the connection.
    final class Ticket: Sendable {
        private let room: NIOLockedValueBox<WaitingRoom?>
        private let address: String

        fileprivate init(_ room: WaitingRoom, _ address: String) {
            self.room = NIOLockedValueBox(room)
            self.address = address
        }

        func leave() {
            let room = room.withLockedValue { room in
                defer { room = nil }
                return room
            }
            room?.leave(address)
        }
    }
}

import Glibc

/// What keeps the gateway, or one of its sessions, from going on.
public enum GatewayError: Error, CustomStringConvertible {
    case cannotListen(String, String)
    /// The recorder wrote, and still has no receipt: a defect of ours, and never a reason to go on.
    case noReceipt
    case upstream(String)
    case configuration(String)
    /// A file of the gateway's own could not be written or read: the system's number of why.
    case spool(Int32)

    public var description: String {
        switch self {
        case .cannotListen(let address, let reason): "cannot listen on `\(address)`: \(reason)"
        case .noReceipt: "an action was recorded without a receipt"
        case .upstream(let reason): reason
        case .configuration(let reason): reason
        case .spool(let number):
            "a build's context cannot be kept: \(String(cString: strerror(number)))"
        }
    }
}

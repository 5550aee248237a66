/// A call as its text shows it: a name, how many arguments, and what is known of their types.
struct Call {
    let name: String
    let count: Int
    let types: [UInt32?]

    func type(_ index: Int) -> UInt32? { index < types.count ? types[index] : nil }
}

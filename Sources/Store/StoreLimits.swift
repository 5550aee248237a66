/// The limits of the store.
public enum StoreLimits {
    /// How long a lock of another process is waited for, milliseconds.
    public static let busyMillisecondsMax: Int32 = 2_000
}

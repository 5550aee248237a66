import CPgQuery

extension ParsedText {
    /// Gives every thread that the process makes from now on a stack on which the longest text that is taken can
    /// be parsed, however deeply it nests. The memory is only reserved, and used by texts that need it.
    /// Returns false where the system refuses.
    public static func reserveStacks(limits: SQLLimits = SQLLimits()) -> Bool {
        sallyport_set_default_stack_size(stackBytesNeeded(textBytes: limits.textBytesMax)) == 0
    }
}

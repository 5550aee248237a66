import Glibc
import Identity

// A PAM conversation's helper is this same binary: it must do nothing else before it serves.
if CommandLine.arguments.dropFirst().first == PAMHelper.argument {
    exit(PAMHelper.run())
}
await SallyportDaemon.main()

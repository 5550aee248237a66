import CPAM

/// One PAM transaction, start to end, in the order of Linux-PAM's application developers' guide: start, items,
/// authenticate, account management, and who it turned out to be.
struct PAMTransaction {
    private let start: PAMStart
    private let questioner: PAMQuestioner

    init(_ start: PAMStart, asking questioner: PAMQuestioner) {
        self.start = start
        self.questioner = questioner
    }

    /// Blocks for as long as the modules and the person take.
    func run() -> PAMFinish {
        var conversation = questioner.conversation
        // Owned here: ended by `pam_end`.
        var handle: OpaquePointer?
        let code = begin(&conversation, &handle)
        guard code == PAM_SUCCESS, let handle else {
            return finish(.start, code == PAM_SUCCESS ? PAM_SYSTEM_ERR : code)
        }
        let result = authenticate(handle)
        pam_end(handle, result.code)
        return result
    }

    private func begin(_ conversation: inout pam_conv, _ handle: inout OpaquePointer?) -> Int32 {
        start.directory.isEmpty
            ? pam_start(start.service, start.user, &conversation, &handle)
            : pam_start_confdir(
                start.service, start.user, &conversation, start.directory, &handle)
    }

    private func authenticate(_ handle: OpaquePointer) -> PAMFinish {
        var code = pam_set_item(handle, PAM_RHOST, start.remoteHost)
        guard code == PAM_SUCCESS else { return finish(.start, code) }
        // No account without a password gets in, whatever the modules' options say.
        code = pam_authenticate(handle, Int32(bitPattern: UInt32(PAM_DISALLOW_NULL_AUTHTOK)))
        guard code == PAM_SUCCESS else { return finish(.authenticate, code) }
        // Expired, locked, or a new password due (PAM_NEW_AUTHTOK_REQD): all are no.
        code = pam_acct_mgmt(handle, Int32(bitPattern: UInt32(PAM_DISALLOW_NULL_AUTHTOK)))
        guard code == PAM_SUCCESS else { return finish(.account, code) }
        return user(of: handle)
    }

    private func user(of handle: OpaquePointer) -> PAMFinish {
        var item: UnsafeRawPointer?
        let code = pam_get_item(handle, PAM_USER, &item)
        guard code == PAM_SUCCESS, let item else {
            return finish(.user, code == PAM_SUCCESS ? PAM_USER_UNKNOWN : code)
        }
        let user = String(cString: item.assumingMemoryBound(to: CChar.self))
        guard loginName(user) != nil else { return finish(.user, PAM_USER_UNKNOWN) }
        return PAMFinish(stage: .user, code: PAM_SUCCESS, user: user)
    }

    private func finish(_ stage: PAMFinish.Stage, _ code: Int32) -> PAMFinish {
        PAMFinish(stage: stage, code: code, user: "")
    }
}

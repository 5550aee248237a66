"""Many connections of one process, by the clients' own library."""

import ctypes
import os

LIBRARY = ctypes.CDLL("libpq.so.5")
for name in ("PQconnectdb", "PQconnectStart", "PQexec", "PQgetResult"):
    getattr(LIBRARY, name).restype = ctypes.c_void_p
for name in ("PQerrorMessage", "PQresultErrorMessage"):
    getattr(LIBRARY, name).restype = ctypes.c_char_p
NOTICE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)


class Connection:
    def __init__(self, address, password):
        os.environ["PGPASSWORD"] = password
        self.pointer = ctypes.c_void_p(LIBRARY.PQconnectdb(address.encode()))
        if LIBRARY.PQstatus(self.pointer) != 0:
            raise SystemExit(f"bench: no connection: {self.said()}")

    def said(self):
        return LIBRARY.PQerrorMessage(self.pointer).decode()

    def run(self, command):
        """Runs one command that has to succeed."""
        result = ctypes.c_void_p(LIBRARY.PQexec(self.pointer, command.encode()))
        if LIBRARY.PQresultStatus(result) not in (1, 2):
            raise SystemExit(f"bench: `{command}` failed: {self.said()}")
        LIBRARY.PQclear(result)

    def send(self, command, noticed):
        """Sends one command and waits for nothing; `noticed` is called with notices as text."""
        self.callback = NOTICE(lambda _, text: noticed(text.decode()))
        LIBRARY.PQsetNoticeProcessor(self.pointer, self.callback, None)
        if LIBRARY.PQsendQuery(self.pointer, command.encode()) != 1:
            raise SystemExit(f"bench: `{command}` was not sent: {self.said()}")

    @property
    def socket(self):
        return LIBRARY.PQsocket(self.pointer)

    def is_busy(self):
        """Takes what has come; true while the command's result is not there."""
        if LIBRARY.PQconsumeInput(self.pointer) != 1:
            raise SystemExit(f"bench: the connection was lost: {self.said()}")
        return LIBRARY.PQisBusy(self.pointer) == 1

    def result(self):
        """What the server said of the command that ended."""
        result = ctypes.c_void_p(LIBRARY.PQgetResult(self.pointer))
        return (LIBRARY.PQresultErrorMessage(result) or b"").decode()

    def close(self):
        LIBRARY.PQfinish(self.pointer)

// What Swift's own Glibc module leaves out.
#pragma once

#include <malloc.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

// Who is at the other end of a unix socket: 0, or -1 with errno.
static inline int shim_peer_user(int descriptor, unsigned *user) {
  struct {
    int pid;
    unsigned uid, gid;
  } peer;
  socklen_t length = sizeof(peer);
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
    return -1;
  *user = peer.uid;
  return 0;
}

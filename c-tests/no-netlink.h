/*
 * A process that is refused netlink: a test that includes this knows nothing
 * of routes, as where a sandbox forbids it.
 */
#ifndef RELWS_TEST_NO_NETLINK_H
#define RELWS_TEST_NO_NETLINK_H

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In place of the C library's, also for the library under test. */
int socket(int domain, int type, int protocol)
{
	if (domain == AF_NETLINK) {
		errno = EAFNOSUPPORT;
		return -1;
	}

	return (int)syscall(SYS_socket, domain, type, protocol);
}

#endif

/*
 * A network of the test's own, in which it may do what it likes: interfaces,
 * packet sockets, broadcasts. Call it before there is a second thread.
 */
#ifndef RELWS_TEST_OWN_NET_H
#define RELWS_TEST_OWN_NET_H

#include "check.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* From now on only a loopback interface, which is up. Skips the test where
 * namespaces are not allowed. */
static inline void netns_own(void)
{
	struct ifreq lo;
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		perror("no network of our own");
		exit(CHECK_SKIPPED);
	}
	memset(&lo, 0, sizeof(lo));
	strcpy(lo.ifr_name, "lo");
	CHECK((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) >= 0);
	CHECK(!ioctl(fd, SIOCGIFFLAGS, &lo));
	lo.ifr_flags |= IFF_UP;
	CHECK(!ioctl(fd, SIOCSIFFLAGS, &lo));
	CHECK(!close(fd));
}

#endif

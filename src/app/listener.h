/*
 * Whose port is it, and since when: as far as the kernel tells whoever asks.
 */
#ifndef CERTARY_SRC_APP_LISTENER_H
#define CERTARY_SRC_APP_LISTENER_H

#include <stdint.h>

/*
 * When the process began that listens there, in seconds since 1970; the first of them where several
 * share the port.  0 where nobody does, or it is somebody else's and we aren't root.
 */
int64_t listener_started(uint16_t port);

/* The same of what proc(5) says below `proc`, for tests; ticks: of its clock in a second. */
int64_t listener_started_in(const char *proc, uint16_t port, long ticks);

#endif

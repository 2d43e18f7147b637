/*
 * Work on many items by two threads, where there are enough of them that a thread is worth its start.
 */
#ifndef CERTARY_BASE_CREW_H
#define CERTARY_BASE_CREW_H

#include <stddef.h>

/*
 * Called with each number below count once, by either thread: what it writes belongs to that item, and
 * what it reads isn't changed by others meanwhile.  It neither forks nor changes the process.
 */
typedef void crew_fn(void *ctx, size_t item);

/* Returns when all are done.  Without a second thread the caller does them alone. */
void crew_work(size_t count, crew_fn *work, void *ctx);

#endif

/*
 * Walls around a process, for as long as it lives and for all that it starts.
 *
 * What it may not do is said to the kernel, which then answers EPERM or EACCES: Landlock (Linux 5.13
 * and later) keeps it from files, and a seccomp filter from system calls.  Whatever a kernel lacks is
 * left out without a word: nothing depends on these walls but the damage that a fault can do.
 *
 * Nothing can be taken back.  What is open already stays usable.
 */
#ifndef CERTARY_BASE_CONFINE_H
#define CERTARY_BASE_CONFINE_H

#include <stdbool.h>

enum {
	CONFINE_READ = 1u << 0,  /* open files for reading: those of `reads`, or all */
	CONFINE_WRITE = 1u << 1, /* make, write and remove files beneath `writes`, or all */
	CONFINE_NET = 1u << 2,   /* sockets, and with them the files that say how names are resolved */
	CONFINE_FORK = 1u << 3,  /* processes like itself: jobs */
	CONFINE_RUN = 1u << 4,   /* other programs, behind the same walls, and a pair of sockets */
	CONFINE_LOOK = 1u << 5,  /* look at other processes in /proc: Landlock would hide them, so it
				    isn't asked, and only the filter keeps it from writing */
};

/* All zero: it computes, and reads and writes what it has open. */
struct confine {
	unsigned may;
	const char *const *reads;  /* paths, ending with NULL; NULL: any.  A folder means all in it */
	const char *const *writes; /* the same; one that isn't there can't be made */
};

/* To be called with one thread; keeps no pointer. */
void confine(const struct confine *walls);

/* As root, keep of its powers what a store and its targets need; what it starts has them all again. */
void confine_powers(void);

/* Keep memory out of core dumps and out of the reach of the user's other processes. */
void confine_memory(void);

bool confine_has_paths(void); /* does the kernel know Landlock? */

#endif

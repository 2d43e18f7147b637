/*
 * Hosts of a small company on loopback, each a process of its own, for tests of the console; and
 * screens without what is the same in no two runs.
 *
 * As fixture of a group: cmocka_run_group_tests_name(…, hosts_setup, hosts_teardown).  The company's
 * certificates are valid by the console's clock.
 */
#ifndef CERTARY_TESTS_HOSTS_H
#define CERTARY_TESTS_HOSTS_H

#include <stdint.h>
#include <sys/types.h>

#include "pki/cert.h"
#include "support/term.h"

int hosts_setup(void **state);
int hosts_teardown(void **state);
struct cert *hosts_root(void); /* "Test CA", which signed "Issuing CA", which signed wiki.tests */

enum sends {
	SENDS_LEAF = 1,
	SENDS_ISSUING = 2,
	SENDS_ROOT = 3,
	DEMANDS = 8,  /* a client certificate of the company */
	RENEWED = 16, /* another certificate for the same key, by "New CA", which nobody knows */
};

struct host {
	pid_t pid; /* 0: it only listens */
	int fd;
	uint16_t port; /* 0 before it is opened: any; it stays the same when it is opened again */
	char endpoint[40];
};

void host_open(struct host *host, unsigned how);
void host_stall(struct host *host); /* takes connections and never says a word */
void host_close(struct host *host);

/* Compare with the golden screen NAME-SIZE: port, fingerprints and seconds are masked. */
void host_shoot(struct host *host, struct term *term, const char *name, const char *size);

#endif

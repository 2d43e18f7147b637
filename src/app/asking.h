/*
 * Other servers asked for what they hold, by ssh, side by side.
 */
#ifndef CERTARY_SRC_APP_ASKING_H
#define CERTARY_SRC_APP_ASKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

#define ASKING_MS 60000 /* each, from its start: a large store over a slow line */

struct asked {
	const char *host;  /* parity_host_fits() says that it is one */
	size_t number;     /* the caller's */
	bool ok;
	struct buf answer; /* what it printed, not looked at; the caller frees */
	struct error error; /* ERROR_NETWORK */
};

/* Ask all of them, each for so many milliseconds at most; false only where nobody could be asked. */
bool ask_all(struct asked *asked, size_t count, int64_t ms, struct error *err);

bool asks_by_ssh(const char *const *argv); /* are these the words by which one is asked? */

#endif

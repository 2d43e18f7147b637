/*
 * Commands under test: run one to its end and keep what it said.
 *
 * Life: `struct run r = {0}; run(&r, ARGV("certary", "list"), NULL, NULL); … run_done(&r);`
 * A test fails where the command doesn't end within run_deadline_ms(); it is killed first.
 *
 * A child gets a small environment of its own and none of the caller's: PATH, LC_ALL=C.UTF-8, a HOME
 * that isn't there, TMPDIR and what the sanitizers read.  `env` adds "NAME=value" strings to it.
 */
#ifndef CERTARY_TESTS_RUN_H
#define CERTARY_TESTS_RUN_H

#include "base/buf.h"

struct run {
	int status; /* exit status; 128 + n when signal n ended it */
	struct buf out, err;
};

#define ARGV(...) ((const char *const[]){ __VA_ARGS__, NULL })

/*
 * argv[0] "certary" is the program under test (CERTARY_PROGRAM, else build/certary); any other word
 * is looked up in PATH.  input is its standard input (NULL: empty); env may be NULL.  A used `struct
 * run` may be used again.  Returns the status.
 */
int run(struct run *r, const char *const argv[], const char *input, const char *const env[]);

/* The same with bytes of any kind as input. */
int run_bytes(struct run *r, const char *const argv[], const void *input, size_t len,
	const char *const env[]);
void run_done(struct run *r);

const char *run_program(void); /* absolute path of the program under test */
int run_deadline_ms(void);     /* for one command; longer under the sanitizers */

/* The environment described above as an array that run_env_free() frees. */
char **run_env(const char *const env[]);
void run_env_free(char **envp);

#endif

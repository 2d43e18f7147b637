/*
 * Filling a haul: what import-read.c sends and import-job.c takes.
 */
#ifndef CERTARY_SRC_APP_HAUL_H
#define CERTARY_SRC_APP_HAUL_H

#include <stdbool.h>
#include <stdint.h>

#include "app/import.h"
#include "base/job.h"
#include "codec/bag.h"
#include "pki/pack.h"

/* What a job sends. */
enum haul_record {
	RECORD_FORMAT = 1,
	RECORD_NOTE,
	RECORD_CERT,
	RECORD_PROBLEM,
	RECORD_REMARK,
	RECORD_KEY,
	RECORD_SECRET,
	RECORD_LIST,
};

/* What it is asked to read. */
struct reading {
	char *path;  /* NULL: bytes */
	char *label; /* safe text */
	const char *paths[2]; /* all that the job may open, where it isn't a folder */
	const void *bytes;
	size_t len, file_most;
	struct bag_options bag;
};

/* import-read.c: the job; its argument is a struct reading. */
job_fn import_read;

/* import-job.c: what a reader may take, and a record of whatever type into the haul. */
struct job_limits import_limits(const struct app *app, const struct import_options *options);
void import_reading_limits(struct reading *reading, const struct app *app,
	const struct import_options *options);
void haul_record(struct haul *haul, uint32_t type, const char *bytes, size_t len);

/* The name of a file stands before every message already. */
const char *haul_without_name(const char *text, const char *name);

/* haul.c: a certificate as it was sent; the child's word counts only where it fits the bytes. */
void haul_cert(struct haul *haul, struct unpack *u);

/* A revocation list. */
void haul_list(struct haul *haul, struct unpack *u);

/* A problem, whose texts are copied; where and why may be NULL.  Valid until the next one. */
struct import_problem *haul_problem(struct haul *haul, const char *file, const char *where,
	const char *why);

/* The next text, made safe; NULL for NULL.  The caller frees. */
char *haul_text(struct unpack *u);

#endif

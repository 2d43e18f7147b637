/*
 * Identities out of files: what reading them and keeping their keys share.
 */
#ifndef CERTARY_SRC_CONSOLE_FILES_WORK_H
#define CERTARY_SRC_CONSOLE_FILES_WORK_H

#include "console/desk.h"

struct file_work {
	bool attach;  /* to what desk->ids.about is; else import */
	struct parts *parts;
	size_t count; /* of files, or pastes */
	char *path;   /* that is being read; bytes; NULL: what was pasted */
	struct buf pasted;
	bool asked; /* a password was given */
	bool kept; /* how it is kept here was said: its name and the passphrase */
	char *passphrase; /* seals what is imported; NULL: none; wiped */
	char *name;       /* of the first new identity, as typed; NULL: as proposed */
	struct parts_job *job; /* a file is being read; NULL: none is */
	struct seal_job *seal; /* keys are being sealed; NULL: none are */
};

/* identity-files.c: the question, and the end without one. */
enum reaction files_ask(struct desk *desk);
enum reaction files_give_up(struct desk *desk);

/* identity-keep.c: name and passphrase of new keys, then the question; or the question of what is kept. */
enum reaction files_keep(struct desk *desk);
enum reaction files_seal(struct desk *desk);

#endif

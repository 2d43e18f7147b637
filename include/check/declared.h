/*
 * Declared: what the configurations of a server's services say about TLS.
 *
 * A kind of service is a row: its name, where its configuration usually lies, and who reads it.
 * Reading gives services (a PostgreSQL cluster, a server block of nginx, a virtual host of httpd …),
 * each with its switch, the files that it names and where it listens, and with every one of them the
 * file and the line that say so.  Comments, quotes, continued lines, includes, defaults and "the
 * last one wins" are taken as the service itself takes them; what only a running service knows
 * (variables, conditions, the options of its command line) isn't.
 *
 * Everything is relative to a root folder: "/" for this server, another one for an image or a
 * backup. Paths stay within it, symbolic links too, and are given as the service would name them.
 *
 * The bytes are somebody else's: so many files, bytes, levels and services and no more.  What can't
 * be read, or is too much, becomes a trouble and never hides the rest.
 *
 *	struct declared all;
 *	if (declared_read("/", NULL, &all, err)) … declared_done(&all);
 */
#ifndef CERTARY_CHECK_DECLARED_H
#define CERTARY_CHECK_DECLARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/set.h"
#include "net/dialect.h"

struct declared_reader; /* src/check/declared-reader.h */

struct declared_kind {
	const char *name;   /* "postgresql", as commands and targets say it */
	const char *label;  /* "PostgreSQL" */
	const char *unit;   /* what is restarted, where the service doesn't know better */
	const char *owner;  /* the account that it reads its key as; NULL: root, before it becomes
			       another */
	const char *owner_elsewhere; /* its name with other distributions; NULL: the same */
	bool strict;        /* it doesn't start with a key that others may read (PostgreSQL) */
	const char *const *places; /* patterns of the file that it begins with; ends with NULL */
	const struct declared_reader *reader;
};

const struct declared_kind *declared_kind_at(size_t i);            /* ends with NULL */
const struct declared_kind *declared_kind_named(const char *name); /* NULL where there is none */

/* Where something is said. */
struct declared_place {
	const char *file; /* safe text; NULL: nowhere, it is what the service does by itself */
	unsigned line;    /* 0: the whole file */
};

enum declared_role {
	DECLARED_CERTIFICATE, /* the leaf; often with its chain, and for some its key */
	DECLARED_KEY,
	DECLARED_CHAIN,     /* intermediates in a file of their own */
	DECLARED_CLIENT_CA, /* whose client certificates are taken */
	DECLARED_CRL,
	DECLARED_ROLE_COUNT
};
const char *declared_role_name(enum declared_role role); /* "certificate" */

struct declared_file {
	enum declared_role role;
	const char *setting; /* "ssl_cert_file", as the service calls it; static */
	char *path;  /* its true bytes, from the root on; NULL: can't be told (a variable, a token) */
	char *shown; /* the same, or what is written there instead of a path: safe text; "": it
			isn't set, and without it TLS can't be on */
	unsigned pair; /* a certificate and a key of one number belong together, from 0 on */
	struct declared_place at;
};

enum declared_tls {
	DECLARED_OFF,
	DECLARED_ON,       /* offered, or needed at some ports */
	DECLARED_REQUIRED, /* nothing is served without */
};
const char *declared_tls_name(enum declared_tls tls); /* "off" */

struct declared_listen {
	char *address; /* safe text: a numeric address, a name, or "*" for all */
	uint16_t port;
	bool off;                      /* nothing but plain text here, as the configuration says */
	const struct dialect *dialect; /* how TLS begins here; never NULL */
	struct declared_place at;
};

struct declared_service {
	const struct declared_kind *kind;
	char *name;  /* "postgresql 15/main", "nginx www.example.org": safe text, not always unique */
	char *unit;  /* "postgresql@15-main" */
	char *hosts; /* "www.example.org *.example.net", the names that it answers to, safe text;
			NULL: to any */
	struct declared_place at; /* where it begins; line 1 where that is a whole file */
	enum declared_tls tls;
	const char *setting; /* what switches it: "ssl"; static */
	struct declared_place tls_at;
	struct declared_file *files;
	size_t file_count, file_cap;
	struct declared_listen *listens;
	size_t listen_count, listen_cap;
};

/* A file that can't be read, a line that isn't understood, a limit. */
struct declared_trouble {
	const struct declared_kind *kind;
	struct declared_place at;
	char *text; /* safe text: "can't be read: Permission denied" */
};

struct declared {
	struct declared_service *items; /* by kind, then as they stand in its files */
	size_t count, cap;
	struct declared_trouble *troubles;
	size_t trouble_count, trouble_cap;
	struct set names; /* private: the files that places name */
};

/*
 * Read what stands below root.  kind: of this kind of service only; NULL: of all.  False where root
 * is no folder; nothing found is an empty list.  Takes milliseconds and no more memory than the
 * files.
 */
bool declared_read(const char *root, const struct declared_kind *kind, struct declared *out,
	struct error *err);

/* The same of a service whose configuration begins with this file, wherever it lies within root. */
bool declared_read_file(const char *root, const struct declared_kind *kind, const char *path,
	struct declared *out, struct error *err);
void declared_done(struct declared *declared);

/* The first file of that role and pair; NULL where there is none. */
const struct declared_file *declared_file_of(
	const struct declared_service *service, enum declared_role role, unsigned pair);

/* Does it listen there?  address NULL or "": at whatever address. */
bool declared_listens(const struct declared_service *service, const char *address, uint16_t port);

/* "/etc/postgresql/15/main/postgresql.conf:105", "by default"; the caller frees. */
char *declared_place_words(const struct declared_place *place);

#endif

/*
 * Declared, stored, served: does a service's configuration agree with the files that it names, and
 * these with what its port serves?
 *
 * A pure function over records: what is declared (check/declared.h), what lies in the files, and
 * what was served.  It knows no file, no network and no clock.  What wasn't looked at isn't judged.
 *
 *	struct agreement a;
 *	agreement_judge(&question, &a); … agreement_done(&a);
 */
#ifndef CERTARY_CHECK_AGREEMENT_H
#define CERTARY_CHECK_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/declared.h"
#include "check/outcome.h"
#include "pki/cert.h"

enum stored_state {
	STORED_UNKNOWN, /* nobody has looked */
	STORED_THERE,
	STORED_MISSING,
	STORED_UNREADABLE, /* why says it: we may not, it is a folder … */
	STORED_ALIEN,      /* neither certificate nor key is in it, as why says */
};

/* What lies in a file. */
struct stored {
	enum stored_state state;
	char *why;       /* safe text */
	int64_t changed; /* seconds since 1970 */
	unsigned mode;   /* permissions: 0640 */
	unsigned uid, gid;
	char *owner, *group;      /* their names, or numbers: safe text */
	struct cert_info **certs; /* in the order of the file */
	size_t cert_count, cert_cap;
	size_t keys;                    /* private keys in it */
	uint8_t spki[FINGERPRINT_SIZE]; /* of the first that could be opened; keys_open of them */
	size_t keys_open;
};
void stored_done(struct stored *stored);

/* What one of its ports answered. */
struct served {
	const struct declared_listen *listen; /* NULL: a port that the configuration doesn't name */
	bool answered;                        /* somebody listens and speaks the protocol */
	bool no_tls;                          /* but not TLS */
	bool plain;                   /* and takes sessions without it: asked of PostgreSQL only */
	const struct cert_info *leaf; /* NULL: no certificate came */
	int64_t started;              /* when its process began; 0: isn't known */
};

struct agreement_question {
	const struct declared_service *service;
	const struct stored *stored; /* as many as the service's files, in their order */
	const struct served *served;
	size_t served_count;
	int64_t now;
	struct thresholds thresholds;
};

struct disagreement {
	const char *code;         /* "key-mismatch"; static */
	enum outcome_level level; /* OUTCOME_OK: said, but no fault */
	char *text;               /* a clause: safe text */
	struct declared_place at; /* the line that it is about; borrowed from the configuration */
};

struct agreement {
	struct disagreement *items; /* the worst first */
	size_t count, cap;
};

void agreement_judge(const struct agreement_question *question, struct agreement *out);
void agreement_done(struct agreement *agreement);
enum outcome_level agreement_level(const struct agreement *agreement);

/* All codes with a line of help each, for the manual; ends with a row whose code is NULL. */
struct agreement_help {
	const char *code, *help;
};
const struct agreement_help *agreement_codes(void);

#endif

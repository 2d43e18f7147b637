/*
 * What the files of the doctor share: its checks see the store through this, and tell by findings.
 */
#ifndef CERTARY_SRC_STORE_DOCTORING_H
#define CERTARY_SRC_STORE_DOCTORING_H

#include "store/doctor.h"
#include "store/internal.h"

struct doctor {
	struct store *store;
	bool mend;
	struct findings *out;
};

/* A finding about a file of a folder, whose name may hold anything. */
struct finding *doctor_file(struct doctor *d, const char *code, int folder, const char *name,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* doctor-identity.c */
void doctor_records(struct doctor *d);
void doctor_keys(struct doctor *d);
void doctor_crls(struct doctor *d);    /* doctor-crl.c */
void doctor_outside(struct doctor *d); /* doctor-outside.c */
void doctor_record_modes(struct doctor *d);
bool doctor_has_record_leftovers(struct doctor *d);
void doctor_record_leftovers(struct doctor *d);

/* doctor.c: others have none of the forbidden bits; mended by giving it the mode. */
void doctor_mode(struct doctor *d, const char *path, mode_t forbidden, mode_t mode);
void doctor_file_mode(struct doctor *d, const char *folder, const char *name, mode_t forbidden,
	mode_t mode);

#endif

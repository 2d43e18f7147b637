/* What stands in a text that makes it look like something else. */
#ifndef CERTARY_SRC_PKI_TRAITS_H
#define CERTARY_SRC_PKI_TRAITS_H

#include <stdbool.h>

struct traits {
	bool escaped;   /* anything that base/text.h had to write as an escape */
	bool nul;       /* a NUL byte */
	bool bidi;      /* characters that turn the writing direction */
	bool invisible; /* characters that take no ink */
};

/* Add what is in this safe text. */
void traits_add(struct traits *traits, const char *safe);

/* Do letters of alphabets that look alike (Latin, Greek, Cyrillic, …) stand in one word? */
bool text_mixes_scripts(const char *safe);

/* Could somebody take this for a host name or an address? */
bool text_is_host(const char *safe);

#endif

/*
 * Subject alternative names, as somebody wishes for them.
 *
 * A name is kept in the form in which certificates hold it: host names in lower case and ASCII
 * (xn--…), addresses as inet_ntop() writes them.  Whatever san_parse() has taken can be written.
 */
#ifndef CERTARY_PKI_SAN_H
#define CERTARY_PKI_SAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "pki/cert.h"

enum san_kind {
	SAN_DNS,
	SAN_IP,
	SAN_EMAIL,
	SAN_URI,
};

/* Of a request or certificate no more are taken over: each is compared with those before it. */
#define SANS_MOST 1000

struct san {
	enum san_kind kind;
	char *value;
};

struct sans {
	struct san *items;
	size_t count, cap;
};

/*
 * Reads "DNS:a.example", "IP:192.0.2.1", "email:a@b.example", "URI:https://…", in any case, or the
 * name alone: an address is an IP, what has :// a URI, what has @ an e-mail, the rest a host.  The
 * error says what is wrong with it, in an operator's words.  san_done() gives it back.
 */
bool san_parse(const char *text, struct san *out, struct error *err);
void san_done(struct san *san);

/* Append "DNS:a.example"; with both: also " (bücher.example)" where it has a Unicode form. */
void san_show(const struct san *san, bool both, struct buf *out);

/* Life: `struct sans sans = {0};` … sans_done(&sans). */

/* Parse and put at the end; one that is there already stays the only one. */
bool sans_add(struct sans *sans, const char *text, struct error *err);
bool sans_has(const struct sans *sans, const struct san *san);
void sans_remove(struct sans *sans, size_t at);
void sans_copy(struct sans *to, const struct sans *from); /* what is there already stays once */
void sans_done(struct sans *sans);

/* Does it name a host or an address, so that a TLS client could find its server there? */
bool sans_name_host(const struct sans *sans);

#endif

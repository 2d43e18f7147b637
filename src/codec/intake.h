/*
 * What the readers of formats share: the way into a bag.
 *
 * A reader answers one of three ways and hands in what it found.  It doesn't judge: a certificate
 * is a candidate until bag_read() has seen the whole file and asks GnuTLS about each, so that a
 * limit is refused with its figure before it costs anything.
 */
#ifndef CERTARY_CODEC_INTAKE_H
#define CERTARY_CODEC_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "codec/bag.h"
#include "codec/span.h"

enum answer {
	ANSWER_NOT_MINE,
	ANSWER_BROKEN, /* mine, but nothing of it can be had: the error says why */
	ANSWER_READ,
};

struct passage;

struct intake {
	struct bag *bag;
	struct passage *passage;
	const struct bag_options *options;
	const char *prefix;  /* before each place: "block 3, ", or "" */
	size_t certificates; /* found, whether they still fit or not */
	size_t others;       /* the same for everything else */
	bool keyring;        /* a keyring is filled: keys and requests keep their bytes */
	bool proved;         /* the password has opened or verified something of this file */
};

typedef enum answer read_fn(struct intake *in, struct span bytes, struct error *err);

read_fn jks_read, jceks_read, pkcs12_read, pkcs7_read, der_read, pem_read;

/* Say what is wrong with a file of one's own. */
enum answer answer_broken(struct error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A candidate, whose bytes are copied; NULL where the limit is passed. */
struct bag_item *intake_cert(struct intake *in, struct span der, const char *where, ...)
	__attribute__((format(printf, 3, 4)));

/* Anything else, with the reason why it isn't read (foreign text is guarded); NULL as above. */
struct bag_item *intake_other(struct intake *in, enum bag_kind kind, const char *why,
	const char *where, ...) __attribute__((format(printf, 4, 5)));

/*
 * A key or a request, whose bytes are kept where a keyring is filled: an item's der then is DER, or
 * the PEM of a key whose headers are needed to open it.
 */
struct part {
	enum bag_kind kind;
	struct span bytes;
	const char *what; /* as the reason above */
};
struct bag_item *intake_part(struct intake *in, const struct part *part, const char *where, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Called between parts of a file that don't hang together: what was handed in may go, unless a limit
 * may still refuse it.
 */
void intake_pass(struct intake *in);

/* Name an item, which may be NULL, after foreign bytes; empty ones are no name. */
void intake_label(struct bag_item *item, const struct buf *name);

/* Nothing but line ends, blanks and zeros, as a transfer or a disk leaves behind binary data? */
bool is_filling(struct span rest);

/* What raw DER is if it is no certificate: kind and words.  NULL where it may be a certificate. */
struct der_shape {
	enum bag_kind kind;
	const char *what; /* "a certificate request" */
};
const struct der_shape *der_shape(struct span bytes);

/*
 * Ask each format and hold the limit on certificates against what was found: nothing in the bag has
 * been judged then.  Where it is false, and refused, nothing is left in the bag.
 */
bool intake_file(struct intake *in, struct span bytes, struct error *err);

/* What bytes that nobody recognised seem to be and what to do, as a clause; static text. */
const char *guess(struct span bytes);

#endif

/*
 * A report on its way from a job to its parent.
 *
 * The job has read foreign bytes and may have been taken over by them: what comes out of the pipe has
 * its numbers within bounds and its texts safe, or it is no report.  Certificates travel as they were
 * sent and are parsed again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "net/report.h"
#include "net/tls.h"

#define HTTP_MOST 4
#define WHEN_MOST 253402300799 /* the last second of the year 9999 */

static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };

/* The numbers, as they are; the counts say what follows. */
struct numbers {
	uint16_t port;
	int64_t when, begun, ms;
	size_t addresses, chain, authorities, http;
	size_t chain_sent, authorities_sent;
	int alert, staple_status;
	enum error_code code;
	bool plaintext_only, weak, asked, presented, handshake, ticket;
};

static char **text_at(struct report *r, size_t i)
{
	char **const texts[] = { &r->host, &r->ascii, &r->sni, &r->version, &r->cipher, &r->group,
		&r->signature, &r->alpn, &r->staple_text };
	return i < sizeof texts / sizeof texts[0] ? texts[i] : NULL;
}

/* --- out ------------------------------------------------------------------------------------ */

static void pack_numbers(struct buf *out, const struct report *r)
{
	struct numbers n;
	memset(&n, 0, sizeof n); /* what lies between the members travels too */
	n.port = r->port;
	n.when = r->when;
	n.begun = r->begun;
	n.ms = r->ms;
	n.addresses = r->address_count;
	n.chain = r->chain_count;
	n.authorities = r->authority_count;
	n.http = r->http_count;
	n.chain_sent = r->chain_sent;
	n.authorities_sent = r->authorities_sent;
	n.alert = r->alert;
	n.staple_status = (int)r->staple_status;
	n.code = r->err.code;
	n.plaintext_only = r->plaintext_only;
	n.weak = r->weak;
	n.asked = r->asked;
	n.presented = r->presented;
	n.handshake = r->handshake;
	n.ticket = r->ticket;
	pack_bytes(out, &n, sizeof n);
}

static void pack_number(struct buf *out, int64_t number)
{
	pack_bytes(out, &number, sizeof number);
}

static void pack_lists(struct buf *out, const struct report *r)
{
	for (size_t i = 0; i < r->address_count; i++) {
		pack_text(out, r->addresses[i].text);
		pack_text(out, r->addresses[i].outcome);
		pack_number(out, r->addresses[i].ms);
		pack_number(out, r->addresses[i].used);
	}
	for (size_t i = 0; i < r->chain_count; i++) {
		pack_bytes(out, r->chain[i].der, r->chain[i].len);
		pack_bytes(out, r->chain[i].staple, r->chain[i].staple_len);
	}
	for (size_t i = 0; i < r->authority_count; i++)
		pack_text(out, r->authorities[i]);
	for (size_t i = 0; i < r->http_count; i++) {
		pack_text(out, r->http[i].method);
		pack_number(out, r->http[i].status);
		pack_text(out, r->http[i].line);
	}
	for (size_t i = 0; i < STEP_COUNT; i++) {
		pack_number(out, r->steps[i].outcome);
		pack_number(out, r->steps[i].ms);
		pack_text(out, r->steps[i].text);
	}
}

void report_pack(struct buf *out, const struct report *report)
{
	struct report view = *report; /* for the addresses of its members */
	pack_numbers(out, report);
	pack_text(out, report->dialect->name);
	for (size_t i = 0; text_at(&view, i); i++)
		pack_text(out, *text_at(&view, i));
	pack_text(out, report->err.text);
	pack_bytes(out, report->staple, report->staple_len);
	pack_lists(out, report);
}

/* --- in --------------------------------------------------------------------------------------- */

static char *take_text(struct unpack *u)
{
	char *text = unpack_text(u);
	if (text && !text_is_safe(text))
		u->bad = true;
	return text;
}

static char *take_some(struct unpack *u)
{
	char *text = take_text(u);
	if (!text)
		u->bad = true;
	return text ? text : mem_text("");
}

static int64_t take_number(struct unpack *u, int64_t least, int64_t most)
{
	size_t len;
	int64_t number = least;
	const void *bytes = unpack_bytes(u, &len);
	if (bytes && len == sizeof number)
		memcpy(&number, bytes, sizeof number);
	if (!bytes || len != sizeof number || number < least || number > most) {
		u->bad = true;
		return least;
	}
	return number;
}

static bool take_numbers(struct unpack *u, struct numbers *n)
{
	size_t len;
	const unsigned char *bytes = unpack_bytes(u, &len);
	if (!bytes || len != sizeof *n)
		return false;
	const size_t flags[] = { offsetof(struct numbers, plaintext_only),
		offsetof(struct numbers, weak), offsetof(struct numbers, asked),
		offsetof(struct numbers, presented), offsetof(struct numbers, handshake),
		offsetof(struct numbers, ticket) };
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (bytes[flags[i]] > 1)
			return false;
	memcpy(n, bytes, sizeof *n);
	return n->addresses <= REPORT_ADDRESSES && n->chain <= REPORT_CHAIN &&
	       n->authorities <= REPORT_AUTHORITIES && n->http <= HTTP_MOST &&
	       n->chain_sent >= n->chain && n->authorities_sent >= n->authorities &&
	       n->when >= 0 && n->when <= WHEN_MOST && n->begun >= 0 && n->ms >= 0 &&
	       n->alert >= -1 && n->alert <= UINT8_MAX && n->staple_status >= 0 &&
	       n->staple_status <= STAPLE_UNREADABLE && (int)n->code >= 0 &&
	       n->code <= ERROR_NETWORK;
}

static void set_numbers(struct report *r, const struct numbers *n)
{
	r->port = n->port;
	r->when = n->when;
	r->begun = n->begun;
	r->ms = n->ms;
	r->chain_sent = n->chain_sent;
	r->authorities_sent = n->authorities_sent;
	r->alert = n->alert;
	r->alert_text = n->alert >= 0 ? alert_words(n->alert) : NULL;
	r->staple_status = (enum report_staple)n->staple_status;
	r->err.code = n->code;
	r->plaintext_only = n->plaintext_only;
	r->weak = n->weak;
	r->asked = n->asked;
	r->presented = n->presented;
	r->handshake = n->handshake;
	r->ticket = n->ticket;
}

static void take_texts(struct unpack *u, struct report *r)
{
	char *name = take_some(u);
	r->dialect = dialect_named(name);
	free(name);
	for (size_t i = 0; text_at(r, i); i++)
		*text_at(r, i) = take_text(u);
	char *why = take_some(u);
	u->bad = u->bad || !r->dialect || !r->host;
	if (strlen(why) < sizeof r->err.text)
		memcpy(r->err.text, why, strlen(why) + 1);
	free(why);
}

static uint8_t *take_bytes(struct unpack *u, size_t *len)
{
	const void *bytes = unpack_bytes(u, len);
	if (!bytes)
		*len = 0;
	return *len > 0 ? mem_copy(bytes, *len) : NULL;
}

static void take_cert(struct unpack *u, struct report_cert *c)
{
	struct error err;
	c->der = take_bytes(u, &c->len);
	if (!c->der)
		u->bad = true;
	else if (!cert_parse(c->der, c->len, &c->cert, &err))
		c->why = mem_text(err.text);
	c->staple = take_bytes(u, &c->staple_len);
}

static void take_address(struct unpack *u, struct report *r, struct report_address *a)
{
	a->text = take_some(u);
	a->outcome = take_some(u);
	a->ms = take_number(u, 0, INT64_MAX);
	a->used = take_number(u, 0, 1);
	if (a->used)
		r->address = a->text;
}

static void take_http(struct unpack *u, struct report_http *h)
{
	char *method = take_some(u);
	for (size_t i = 0; i < HTTP_MOST; i++)
		if (strcmp(method, methods[i]) == 0)
			h->method = methods[i];
	free(method);
	h->status = (int)take_number(u, 0, 999);
	h->line = take_some(u);
	u->bad = u->bad || !h->method;
}

static void take_lists(struct unpack *u, struct report *r, const struct numbers *n)
{
	r->addresses = mem_new((n->addresses + 1) * sizeof *r->addresses);
	r->chain = mem_new((n->chain + 1) * sizeof *r->chain);
	r->authorities = mem_new((n->authorities + 1) * sizeof *r->authorities);
	r->http = mem_new((n->http + 1) * sizeof *r->http);
	for (; r->address_count < n->addresses && !u->bad; r->address_count++)
		take_address(u, r, &r->addresses[r->address_count]);
	for (; r->chain_count < n->chain && !u->bad; r->chain_count++)
		take_cert(u, &r->chain[r->chain_count]);
	for (; r->authority_count < n->authorities && !u->bad; r->authority_count++)
		r->authorities[r->authority_count] = take_some(u);
	for (; r->http_count < n->http && !u->bad; r->http_count++)
		take_http(u, &r->http[r->http_count]);
	for (size_t i = 0; i < STEP_COUNT; i++) {
		r->steps[i].outcome =
			(enum report_outcome)take_number(u, STEP_NOT_REACHED, STEP_IDLE);
		r->steps[i].ms = take_number(u, 0, INT64_MAX);
		r->steps[i].text = take_text(u);
		u->bad = u->bad || !r->steps[i].text != !r->steps[i].outcome;
	}
}

struct report *report_unpack(struct unpack *u)
{
	struct numbers n;
	if (!take_numbers(u, &n)) {
		u->bad = true;
		return NULL;
	}
	struct report *r = mem_new(sizeof *r);
	set_numbers(r, &n);
	take_texts(u, r);
	r->staple = take_bytes(u, &r->staple_len);
	if (!u->bad)
		take_lists(u, r, &n);
	if (!u->bad)
		return r;
	report_free(r);
	return NULL;
}

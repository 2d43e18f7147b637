/*
 * Reports through a pipe.  Both directions stand in one order, field by field: what is added to the
 * record is added to both.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "net/report.h"
#include "pki/pack.h"

static void put_int(struct buf *out, int64_t value)
{
	pack_bytes(out, &value, sizeof value);
}

static void pack_addresses(const struct report *r, struct buf *out)
{
	put_int(out, (int64_t)r->address_count);
	for (size_t i = 0; i < r->address_count; i++) {
		pack_text(out, r->addresses[i].text);
		pack_text(out, r->addresses[i].outcome);
		put_int(out, r->addresses[i].ms);
		put_int(out, r->addresses[i].used);
	}
}

static void pack_chain(const struct report *r, struct buf *out)
{
	put_int(out, (int64_t)r->chain_count);
	for (size_t i = 0; i < r->chain_count; i++) {
		pack_bytes(out, r->chain[i].der, r->chain[i].len);
		pack_text(out, r->chain[i].why);
	}
	put_int(out, (int64_t)r->chain_sent);
}

static void pack_authorities(const struct report *r, struct buf *out)
{
	put_int(out, (int64_t)r->authority_count);
	for (size_t i = 0; i < r->authority_count; i++)
		pack_text(out, r->authorities[i]);
	put_int(out, (int64_t)r->authorities_sent);
}

static void pack_http(const struct report *r, struct buf *out)
{
	put_int(out, (int64_t)r->http_count);
	for (size_t i = 0; i < r->http_count; i++) {
		pack_text(out, r->http[i].method);
		pack_text(out, r->http[i].line);
		put_int(out, r->http[i].status);
	}
}

static void pack_steps(const struct report *r, struct buf *out)
{
	for (int i = 0; i < STEP_COUNT; i++) {
		put_int(out, r->steps[i].outcome);
		pack_text(out, r->steps[i].text);
		put_int(out, r->steps[i].ms);
	}
	put_int(out, r->err.code);
	pack_text(out, r->err.text);
}

void report_pack(const struct report *r, struct buf *out)
{
	const char *texts[] = { r->host, r->ascii, r->dialect ? r->dialect->name : NULL, r->sni,
		r->alpn, r->staple_text, r->version, r->cipher, r->group, r->signature,
		r->alert_text };
	const int64_t numbers[] = { r->port, r->when, r->begun, r->ms, r->plaintext_only, r->weak,
		r->staple_status, r->asked, r->presented, r->handshake, r->ticket, r->alert };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		pack_text(out, texts[i]);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		put_int(out, numbers[i]);
	pack_bytes(out, r->staple ? (const void *)r->staple : "", r->staple_len);
	pack_addresses(r, out);
	pack_chain(r, out);
	pack_authorities(r, out);
	pack_http(r, out);
	pack_steps(r, out);
}

/* --- and back ------------------------------------------------------------------------------ */

static int64_t get_int(struct unpack *u)
{
	size_t len;
	int64_t value = 0;
	const void *bytes = unpack_bytes(u, &len);
	if (!bytes || len != sizeof value)
		u->bad = true;
	else
		memcpy(&value, bytes, sizeof value);
	return value;
}

static size_t get_count(struct unpack *u, size_t most)
{
	int64_t count = get_int(u);
	u->bad |= count < 0 || (uint64_t)count > most;
	return u->bad ? 0 : (size_t)count;
}

static char *get_text(struct unpack *u)
{
	struct buf safe = { 0 };
	char *text = unpack_text(u);
	if (!text)
		return NULL;
	text_guard(&safe, text);
	free(text);
	return buf_take(&safe);
}

static const char *get_static(struct unpack *u, struct report *r)
{
	char *text = get_text(u);
	const char *kept = arena_text(&r->texts, text);
	free(text);
	return kept;
}

static void get_addresses(struct unpack *u, struct report *r)
{
	size_t count = get_count(u, REPORT_ADDRESSES);
	r->addresses = mem_new((count + 1) * sizeof *r->addresses);
	for (; r->address_count < count; r->address_count++) {
		struct report_address *a = &r->addresses[r->address_count];
		a->text = get_text(u);
		a->outcome = get_text(u);
		a->ms = get_int(u);
		a->used = get_int(u) != 0;
		if (a->used)
			r->address = a->text;
	}
}

static void get_cert(struct unpack *u, struct report_cert *c)
{
	struct error err = { 0 };
	const void *der = unpack_bytes(u, &c->len);
	c->why = get_text(u);
	if (!der)
		return;
	c->der = mem_copy(der, c->len);
	if (cert_parse(c->der, c->len, &c->cert, &err) || c->why)
		return;
	c->why = mem_text(err.text);
}

static void get_chain(struct unpack *u, struct report *r)
{
	size_t count = get_count(u, REPORT_CHAIN);
	r->chain = mem_new((count + 1) * sizeof *r->chain);
	for (; r->chain_count < count; r->chain_count++)
		get_cert(u, &r->chain[r->chain_count]);
	r->chain_sent = (size_t)get_int(u);
}

static void get_authorities(struct unpack *u, struct report *r)
{
	size_t count = get_count(u, REPORT_AUTHORITIES);
	r->authorities = mem_new((count + 1) * sizeof *r->authorities);
	for (; r->authority_count < count; r->authority_count++) {
		char *name = get_text(u);
		r->authorities[r->authority_count] = name ? name : mem_text("");
	}
	r->authorities_sent = (size_t)get_int(u);
}

#define METHODS_MOST 16

static void get_http(struct unpack *u, struct report *r)
{
	size_t count = get_count(u, METHODS_MOST);
	r->http = mem_new((count + 1) * sizeof *r->http);
	for (; r->http_count < count; r->http_count++) {
		struct report_http *h = &r->http[r->http_count];
		h->method = get_static(u, r);
		h->line = get_text(u);
		h->status = (int)get_int(u);
	}
}

static void get_steps(struct unpack *u, struct report *r)
{
	for (int i = 0; i < STEP_COUNT; i++) {
		int64_t outcome = get_int(u);
		u->bad |= outcome < STEP_NOT_REACHED || outcome > STEP_IDLE;
		r->steps[i].outcome = u->bad ? STEP_NOT_REACHED : (enum report_outcome)outcome;
		r->steps[i].text = get_text(u);
		r->steps[i].ms = get_int(u);
	}
	int64_t code = get_int(u);
	char *text = get_text(u);
	if (code != ERROR_NONE)
		error_set(&r->err, (enum error_code)code, "%s", text ? text : "");
	free(text);
}

static void get_texts(struct unpack *u, struct report *r)
{
	r->host = get_text(u);
	r->ascii = get_text(u);
	char *dialect = get_text(u);
	r->dialect = dialect ? dialect_named(dialect) : NULL;
	free(dialect);
	r->sni = get_text(u);
	r->alpn = get_text(u);
	r->staple_text = get_text(u);
	r->version = get_static(u, r);
	r->cipher = get_static(u, r);
	r->group = get_static(u, r);
	r->signature = get_static(u, r);
	r->alert_text = get_static(u, r);
}

static void get_numbers(struct unpack *u, struct report *r)
{
	r->port = (uint16_t)get_int(u);
	r->when = get_int(u);
	r->begun = get_int(u);
	r->ms = get_int(u);
	r->plaintext_only = get_int(u) != 0;
	r->weak = get_int(u) != 0;
	int64_t staple = get_int(u);
	u->bad |= staple < STAPLE_NONE || staple > STAPLE_UNREADABLE;
	r->staple_status = u->bad ? STAPLE_NONE : (enum report_staple)staple;
	r->asked = get_int(u) != 0;
	r->presented = get_int(u) != 0;
	r->handshake = get_int(u) != 0;
	r->ticket = get_int(u) != 0;
	r->alert = (int)get_int(u);
}

struct report *report_unpack(const void *bytes, size_t len)
{
	struct unpack u = { .at = bytes, .end = (const char *)bytes + len };
	struct report *r = mem_new(sizeof *r);
	get_texts(&u, r);
	get_numbers(&u, r);
	const void *staple = unpack_bytes(&u, &r->staple_len);
	r->staple = staple && r->staple_len ? mem_copy(staple, r->staple_len) : NULL;
	get_addresses(&u, r);
	get_chain(&u, r);
	get_authorities(&u, r);
	get_http(&u, r);
	get_steps(&u, r);
	if (!u.bad && r->host && r->dialect)
		return r;
	report_free(r);
	return NULL;
}

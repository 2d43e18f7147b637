/*
 * drive-identity --store STORE OPERATION ARGUMENT... - changes of identities without what decides them.
 *
 * crashwalk.py walks these like commands: the plans are those that the program makes, and what goes
 * into them comes from files, so that every run writes the same bytes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "codec/pem.h"
#include "pki/privkey.h"
#include "store/identity.h"
#include "store/journal.h"

struct drive {
	struct store *store;
	struct identities all;
	struct plan plan;
	char **words; /* behind the operation */
	int count;
};

static void die(const char *what)
{
	fprintf(stderr, "certary: %s\n", what);
	exit(1);
}

static const char *word(const struct drive *d, int i)
{
	if (i >= d->count)
		die("a word is missing");
	return d->words[i];
}

static void read_file(const char *path, struct buf *out)
{
	struct error err = { 0 };
	if (!fs_read(AT_FDCWD, path, FS_FOLLOW, 1 << 20, out, NULL, &err))
		die(err.text);
}

static void read_pem(const char *path, struct buf *der)
{
	struct buf text = { 0 };
	struct pem_reader reader;
	struct pem_block block = { 0 };
	read_file(path, &text);
	pem_start(&reader, text.data, text.len);
	if (!pem_next(&reader, &block) || block.broken)
		die(path);
	buf_add(der, block.der.data, block.der.len);
	buf_wipe(&block.der);
	buf_done(&text);
}

static struct cert *read_cert(const char *path)
{
	struct buf der = { 0 };
	struct cert *cert = NULL;
	read_pem(path, &der);
	if (!cert_parse(der.data, der.len, &cert, NULL))
		die(path);
	buf_done(&der);
	return cert;
}

static const struct identity *named(const struct drive *d, const char *name, bool discarded)
{
	const struct identity *found;
	struct error err = { 0 };
	if (!identities_find(&d->all, name, discarded, &found, &err))
		die(err.text);
	return found;
}

static void put_cert(struct identity *to, const char *path)
{
	struct cert *cert = read_cert(path);
	if (!identity_put(to, (const struct cert *const[]){ cert }, 1, NULL))
		die(path);
	cert_free(cert);
}

static void plan_request(struct drive *d, const struct identity *identity, const char *path)
{
	struct headers headers = { 0 };
	struct buf der = { 0 };
	read_pem(path, &der);
	headers_set(&headers, "Ticket", "42");
	plan_request_create(&d->plan, identity, &headers, der.data, der.len);
	headers_done(&headers);
	buf_done(&der);
}

/* NAME KEY [cert CERT | request REQUEST] */
static void create(struct drive *d)
{
	struct buf key = { 0 };
	struct privkey *parsed;
	struct identity made;
	struct fingerprint id;
	read_file(word(d, 1), &key);
	if (!privkey_read(key.data, key.len, NULL, 0, &parsed, NULL))
		die("no key");
	memcpy(id.bytes, privkey_info(parsed)->spki, sizeof id.bytes);
	privkey_free(parsed);
	identity_init(&made, &id);
	headers_set(&made.record.headers, "Name", word(d, 0));
	headers_set(&made.record.headers, "Sealed", "no");
	if (d->count > 3 && strcmp(word(d, 2), "cert") == 0)
		put_cert(&made, word(d, 3));
	plan_identity_create(&d->plan, &made, &key, "made");
	if (d->count > 3 && strcmp(word(d, 2), "request") == 0)
		plan_request(d, &made, word(d, 3));
	identity_done(&made);
	buf_wipe(&key);
}

/* NAME NEW */
static void call(struct drive *d)
{
	const struct identity *was = named(d, word(d, 0), false);
	struct identity now;
	identity_copy(was, &now);
	headers_set(&now.record.headers, "Name", word(d, 1));
	plan_identity_edit(&d->plan, was, &now, identity_name(was), word(d, 1));
	identity_done(&now);
}

/* NAME REQUEST */
static void ask(struct drive *d)
{
	plan_request(d, named(d, word(d, 0), false), word(d, 1));
}

/* NAME CERT: the answer to its request */
static void answer(struct drive *d)
{
	const struct identity *was = named(d, word(d, 0), false);
	const struct identity_request *request = identity_pending(was);
	struct identity now;
	struct headers headers = { 0 };
	identity_copy(was, &now);
	put_cert(&now, word(d, 1));
	plan_identity_edit(&d->plan, was, &now, NULL, "certificate");
	headers_copy(&request->record.headers, &headers);
	headers_set(&headers, "Answered", "yes");
	plan_request_edit(&d->plan, was, request, &headers, NULL, "answered");
	headers_done(&headers);
	identity_done(&now);
}

/* NAME */
static void discard(struct drive *d)
{
	plan_identity_discard(&d->plan, named(d, word(d, 0), false));
}

static void restore(struct drive *d)
{
	plan_identity_restore(&d->plan, named(d, word(d, 0), true));
}

static void purge(struct drive *d)
{
	plan_identity_purge(&d->plan, named(d, word(d, 0), true));
}

/* NAME CERT */
static void issue_one(struct drive *d)
{
	char hex[FINGERPRINT_HEX];
	struct headers headers = { 0 };
	struct cert *cert = read_cert(word(d, 1));
	headers_set(&headers, "Name", "issued");
	headers_set(&headers, "Ca", fingerprint_hex(&named(d, word(d, 0), false)->id, hex));
	plan_issued_create(&d->plan, &headers, cert);
	headers_done(&headers);
	cert_free(cert);
}

/* NAME: all that it issued */
static void revoke(struct drive *d)
{
	struct issued_list list = { 0 };
	struct headers headers = { 0 };
	if (!store_issued(d->store, &named(d, word(d, 0), false)->id, &list, NULL))
		die("nothing was issued");
	for (size_t i = 0; i < list.count; i++) {
		headers_copy(&list.items[i].record.headers, &headers);
		headers_set(&headers, "Revoked", "2026-01-01");
		plan_issued_edit(&d->plan, &list.items[i], &headers, NULL, "revoked");
		headers_done(&headers);
	}
	issued_done(&list);
}

static void undo(struct drive *d)
{
	struct error err = { 0 };
	if (!journal_plan_undo(d->store, d->count ? atoll(d->words[0]) : 0, &d->plan, &err))
		die(err.text);
}

static const struct {
	const char *name;
	void (*plan)(struct drive *d);
} operations[] = {
	{ "create", create }, { "call", call }, { "ask", ask }, { "answer", answer },
	{ "discard", discard }, { "restore", restore }, { "purge", purge }, { "issue", issue_one },
	{ "revoke", revoke }, { "undo", undo },
};

static void make_plan(struct drive *d, const char *operation)
{
	d->plan.op = operation;
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		if (strcmp(operations[i].name, operation) != 0)
			continue;
		operations[i].plan(d);
		return;
	}
	die("no such operation");
}

int main(int argc, char **argv)
{
	struct drive d = { .words = argv + 4, .count = argc - 4 };
	struct error err = { 0 };
	if (argc < 4 || strcmp(argv[1], "--store") != 0)
		die("usage: drive-identity --store STORE OPERATION ARGUMENT...");
	struct store_options options = { .path = argv[2], .create = true };
	if (!store_open(&options, &d.store, &err) || !store_identities(d.store, &d.all, &err))
		die(err.text);
	make_plan(&d, argv[3]);
	bool ok = store_apply(d.store, &d.plan, NULL, &err);
	if (!ok)
		fprintf(stderr, "certary: %s\n", err.text);
	plan_done(&d.plan);
	identities_done(&d.all);
	store_close(d.store);
	return ok ? 0 : 1;
}

/*
 * The readers of bags collect what there is; keys and requests then bring their bytes with them.
 * What opening all the keys would cost is added up before the first is opened.  A password that
 * neither verified the file nor opened any key is wrong; else a key that stays closed has one of
 * its own.
 */
#include "codec/keyring.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "codec/intake.h"
#include "codec/passage.h"
#include "codec/pbe.h"
#include "codec/sealed-key.h"

#define TRIES_MOST 4

/* Passwords in the order in which they are tried on a key. */
struct tries {
	const char *passwords[TRIES_MOST];
	size_t count;
};

struct opening {
	const struct keyring_options *options;
	struct tries tries;
	struct keyring *ring;
	size_t closed; /* keys that another password may open */
	bool opened;   /* the password has opened at least one */
};

static void try(struct tries *tries, const char *password)
{
	tries->passwords[tries->count++] = password;
}

/* An empty password is written in two ways in PKCS#12, and is tried there where none is known. */
static struct tries tries_for(const struct keyring_options *options, const char *format)
{
	const char *password = options->password;
	bool empty = !password || !*password;
	struct tries tries = { 0 };

	if (options->key_password)
		try(&tries, options->key_password);
	if (password)
		try(&tries, password);
	if (empty && strcmp(format, "PKCS#12") == 0) {
		if (!password)
			try(&tries, "");
		try(&tries, NULL);
	}
	return tries;
}

static struct keyring_item *add(struct keyring *ring, enum keyring_kind kind, struct bag_item *from)
{
	struct keyring_item *item;

	ring->items = mem_grow(ring->items, ring->count, &ring->cap, sizeof(*ring->items));
	item = &ring->items[ring->count++];
	*item = (struct keyring_item){ .kind = kind, .where = from->where, .label = from->label };
	from->where = from->label = NULL;
	return item;
}

static struct keyring_item *add_why(
	struct keyring *ring, enum keyring_kind kind, struct bag_item *from, const char *why)
{
	struct keyring_item *item = add(ring, kind, from);

	item->why = mem_text(why);
	return item;
}

/* PEM that says in its headers how it is encrypted, or an envelope. */
static bool is_sealed(const struct bag_item *from)
{
	return privkey_seal(from->der, from->len) == PRIVKEY_SEALED;
}

static bool open_with(const struct bag_item *from, const char *password, uint64_t rounds,
	struct privkey **key, struct error *err)
{
	struct span der = span_of(from->der, from->len);

	if (sealed_key_is(der))
		return sealed_key_open(der, password, rounds, key, err);
	return privkey_read(from->der, from->len, password, rounds, key, err);
}

/* The last try decides what is wrong; without any, a password is missing. */
static bool open_sealed(const struct opening *opening, const struct bag_item *from,
	struct privkey **key, struct error *err)
{
	const struct tries *tries = &opening->tries;
	uint64_t rounds = opening->options->limits.kdf_rounds;

	*err = (struct error){ .code = ERROR_SECRET };
	for (size_t i = 0; i < tries->count && err->code == ERROR_SECRET; i++)
		if (open_with(from, tries->passwords[i], rounds, key, err))
			return true;
	return false;
}

/* The kind of a key for which no certificate of today is made. */
static const char *refused(const struct privkey *key)
{
	static const char *const taken[] = { "RSA", "RSA-PSS", "EC", "Ed25519", "Ed448" };
	const char *algorithm = privkey_info(key)->algorithm;

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (strcmp(algorithm, taken[i]) == 0)
			return NULL;
	return algorithm;
}

static void take_key(
	struct opening *opening, struct bag_item *from, struct privkey *key, bool sealed)
{
	const char *algorithm = refused(key);
	struct keyring_item *item;

	if (algorithm) {
		item = add(opening->ring, KEYRING_PROBLEM, from);
		item->why = mem_format(
			_("it is a key of the kind %s, which isn't taken: RSA, EC and Ed25519 are"),
			algorithm);
		privkey_free(key);
		return;
	}
	item = add(opening->ring, KEYRING_KEY, from);
	item->key = key;
	item->sealed = sealed;
}

static void add_closed(struct opening *opening, struct bag_item *from)
{
	add_why(opening->ring, KEYRING_PROBLEM, from, _("no password that was given opens this key"))
		->sealed = true;
	opening->closed++;
}

static void add_key(struct opening *opening, struct bag_item *from)
{
	struct privkey *key = NULL;
	struct error err;
	bool sealed = is_sealed(from), ok;

	if (sealed)
		ok = open_sealed(opening, from, &key, &err);
	else
		ok = privkey_read(from->der, from->len, NULL, 0, &key, &err);
	opening->opened = opening->opened || (sealed && ok);
	if (ok)
		take_key(opening, from, key, sealed);
	else if (err.code == ERROR_SECRET)
		add_closed(opening, from);
	else
		add_why(opening->ring, KEYRING_PROBLEM, from, err.text);
}

static void add_cert(struct opening *opening, struct bag_item *from)
{
	struct cert *cert;
	struct error err;

	if (cert_parse(from->der, from->len, &cert, &err))
		add(opening->ring, KEYRING_CERT, from)->cert = cert;
	else
		add_why(opening->ring, KEYRING_PROBLEM, from, err.text);
}

static void add_request(struct opening *opening, struct bag_item *from)
{
	struct request *request;
	struct error err;

	if (request_read(from->der, from->len, &request, &err))
		add(opening->ring, KEYRING_REQUEST, from)->request = request;
	else
		add_why(opening->ring, KEYRING_PROBLEM, from, err.text);
}

static void add_item(struct opening *opening, struct bag_item *from)
{
	if (from->kind == BAG_CERT)
		add_cert(opening, from);
	else if (from->kind == BAG_KEY && from->der)
		add_key(opening, from);
	else if (from->der && from->kind != BAG_CRL)
		add_request(opening, from);
	else
		add_why(opening->ring, from->kind == BAG_PROBLEM ? KEYRING_PROBLEM : KEYRING_OTHER,
			from, from->why);
}

/* Keys in an encrypted container show only now what they demand. */
static bool affordable(const struct bag *bag, uint64_t limit, struct error *err)
{
	struct pbe_cost cost = { 0 };

	for (size_t i = 0; i < bag->count; i++)
		if (bag->items[i].kind == BAG_KEY && bag->items[i].der)
			sealed_key_cost(span_of(bag->items[i].der, bag->items[i].len), &cost);
	return pbe_cost_fits(&cost, limit, err);
}

static bool useless(const struct keyring *ring, struct error *err)
{
	static const enum keyring_kind telling[] = { KEYRING_PROBLEM, KEYRING_OTHER };

	for (size_t t = 0; t < sizeof(telling) / sizeof(telling[0]); t++)
		for (size_t i = 0; i < ring->count; i++)
			if (ring->items[i].kind == telling[t])
				return error_set(err, ERROR_FAILED,
					"holds no key and no certificate that can be read: %s: %s",
					ring->items[i].where, ring->items[i].why);
	return error_set(err, ERROR_FAILED, "holds no key and no certificate");
}

static bool verdict(const struct opening *opening, bool proved, struct error *err)
{
	const struct keyring *ring = opening->ring;

	if (opening->closed && !opening->opened && !proved)
		return error_set(err, ERROR_SECRET, "%s",
			opening->options->password || opening->options->key_password
				? _("the password is wrong (or the file was changed)")
				: _("needs its password"));
	return keyring_count(ring, KEYRING_KEY) || keyring_count(ring, KEYRING_CERT) ||
	       keyring_count(ring, KEYRING_REQUEST) || useless(ring, err);
}

static bool open_all(struct opening *opening, struct bag *bag, bool proved, struct error *err)
{
	if (!affordable(bag, opening->options->limits.kdf_rounds, err))
		return false;
	opening->tries = tries_for(opening->options, bag->format);
	for (size_t i = 0; i < bag->count; i++)
		add_item(opening, &bag->items[i]);
	return verdict(opening, proved, err);
}

bool keyring_read(const void *bytes, size_t len, const struct keyring_options *options,
	struct keyring *ring, struct error *err)
{
	struct opening opening = { .options = options, .ring = ring };
	struct bag_options as_bag = { .limits = options->limits, .password = options->password };
	struct bag bag = { 0 };
	struct intake in = { .bag = &bag, .options = &as_bag, .prefix = "", .keyring = true };
	bool ok = intake_file(&in, span_of(bytes, len), err) &&
		  open_all(&opening, &bag, in.proved, err);

	ring->format = bag.format;
	ring->note = bag.note;
	bag.note = NULL;
	bag_done(&bag);
	return ok;
}

void keyring_done(struct keyring *ring)
{
	for (size_t i = 0; i < ring->count; i++) {
		privkey_free(ring->items[i].key);
		cert_free(ring->items[i].cert);
		request_free(ring->items[i].request);
		free(ring->items[i].where);
		free(ring->items[i].label);
		free(ring->items[i].why);
	}
	free(ring->items);
	free(ring->note);
	*ring = (struct keyring){ 0 };
}

size_t keyring_count(const struct keyring *ring, enum keyring_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < ring->count; i++)
		count += ring->items[i].kind == kind;
	return count;
}

bool keyring_bytes(const struct keyring_item *item, struct buf *out, struct error *err)
{
	const uint8_t *der;
	size_t len;

	if (item->key)
		return privkey_write_der(item->key, out, err);
	if (!item->cert && !item->request)
		return error_set(err, ERROR_FAILED, "there is nothing to hand on");
	der = item->cert ? cert_der(item->cert, &len) : request_der(item->request, &len);
	buf_add(out, der, len);
	return true;
}

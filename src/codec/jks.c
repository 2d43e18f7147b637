/*
 * Java's own keystores, JKS and JCEKS, into a bag; jks-walk.h has their layout.
 */
#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/jks-walk.h"

struct keystore {
	struct intake *in;
	struct jks_walk walk;
	struct buf alias; /* of the present entry, as UTF-8 */
	char *place;      /* the same as safe text */
};

static void give_certificate(struct keystore *ks, const struct jks_entry *entry)
{
	struct span at = entry->certs, der = { 0 };

	jks_take_cert(&ks->walk, &at, &der);
	intake_label(intake_cert(ks->in, der, "alias %s", ks->place), &ks->alias);
}

static void give_key(struct keystore *ks, const struct jks_entry *entry)
{
	struct part part = { .kind = BAG_KEY, .bytes = entry->key, .what = N_("a private key") };
	struct span at = entry->certs, der = { 0 };

	intake_label(intake_part(ks->in, &part, "alias %s", ks->place), &ks->alias);
	for (uint64_t i = 1; i <= entry->chain; i++) {
		jks_take_cert(&ks->walk, &at, &der);
		intake_label(intake_cert(ks->in, der, "alias %s, certificate %llu", ks->place,
				     (unsigned long long)i),
			&ks->alias);
	}
}

static void give_secret(struct keystore *ks)
{
	intake_label(intake_other(ks->in, BAG_KEY, N_("a secret key"), "alias %s", ks->place),
		&ks->alias);
}

static void give(struct keystore *ks, const struct jks_entry *entry)
{
	buf_cut(&ks->alias, 0);
	jks_decode_alias(&ks->alias, entry->alias);
	free(ks->place);
	ks->place = ks->alias.len ? text_safe(ks->alias.data, ks->alias.len) : mem_text("\"\"");
	switch (entry->tag) {
	case JKS_KEY:
		give_key(ks, entry);
		break;
	case JKS_CERTIFICATE:
		give_certificate(ks, entry);
		break;
	case JKS_SECRET:
		give_secret(ks);
		break;
	}
}

static bool check_digest(struct intake *in, const struct jks_walk *walk, struct error *err)
{
	if (!in->options->password) {
		in->bag->note = mem_text(_("integrity not checked: no password given"));
		return true;
	}
	in->proved = jks_walk_check(walk, in->options->password, err);
	return in->proved;
}

static enum answer read_keystore(
	struct intake *in, struct span bytes, uint64_t magic, struct error *err)
{
	struct keystore ks = { .in = in };
	struct jks_entry entry;
	bool good;
	enum answer answer = jks_walk_start(&ks.walk, bytes, magic, err);

	if (answer != ANSWER_READ)
		return answer;
	while (jks_walk_next(&ks.walk, &entry, &good))
		give(&ks, &entry);
	buf_done(&ks.alias);
	free(ks.place);
	return good && check_digest(in, &ks.walk, err) ? ANSWER_READ : ANSWER_BROKEN;
}

enum answer jks_read(struct intake *in, struct span bytes, struct error *err)
{
	return read_keystore(in, bytes, JKS_MAGIC, err);
}

enum answer jceks_read(struct intake *in, struct span bytes, struct error *err)
{
	return read_keystore(in, bytes, JCEKS_MAGIC, err);
}

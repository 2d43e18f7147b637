#include "pki/look.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "pki/extension.h"
#include "pki/oid.h"

#define LONG_DAYS 825 /* what Apple accepts of private CAs, too */

static int64_t life_days(const struct look *look)
{
	return clock_days(look->info->not_before, look->info->not_after + 1);
}

static bool is_running(const struct look *look)
{
	return look->now >= look->info->not_before && look->now <= look->info->not_after;
}

bool warn_expired(const struct look *look, struct buf *text)
{
	char date[CLOCK_ISO];
	if (look->now <= look->info->not_after)
		return false;
	buf_format(text, _("It ended on %s; all that check dates refuse it."),
		lang_date(date, look->info->not_after));
	return true;
}

bool warn_not_yet_valid(const struct look *look, struct buf *text)
{
	char date[CLOCK_ISO];
	if (look->now >= look->info->not_before)
		return false;
	buf_format(text, _("It begins on %s; until then all that check dates refuse it."),
		lang_date(date, look->info->not_before));
	return true;
}

bool warn_invalid_period(const struct look *look, struct buf *text)
{
	(void)text;
	return look->info->not_after < look->info->not_before;
}

/*
 * A share of the life, as lives are of 6 days and of 30 years: thirty days are a third of some, and
 * a sixth of a root's is a matter of years.
 */
bool warn_ends_soon(const struct look *look, struct buf *text)
{
	int64_t left = cert_days_left(look->info, look->now), life = life_days(look);
	char date[CLOCK_ISO];
	bool soon = (left < life / 6 && left < 366) || (left < 30 && life >= 180);
	if (!is_running(look) || !soon)
		return false;
	buf_format(text,
		lang_n("It ends on %s, in %lld day: time for its successor.",
			"It ends on %s, in %lld days: time for its successor.", (size_t)left),
		lang_date(date, look->info->not_after), (long long)left);
	return true;
}

bool warn_long_lived(const struct look *look, struct buf *text)
{
	int64_t life = life_days(look);
	if (look->info->ca || (look->info->version == 1 && look->info->self_signed) ||
		life <= LONG_DAYS)
		return false;
	buf_format(text,
		_("It is valid for %lld days; some clients refuse servers with more than %d."),
		(long long)life, LONG_DAYS);
	return true;
}

/* Nobody relies on the signature that a certificate makes on itself. */
bool warn_weak_signature(const struct look *look, struct buf *text)
{
	static const char *const broken[] = { "MD2", "MD4", "MD5", "SHA1" };
	const char *name = look->info->signature;
	if (look->info->self_signed)
		return false;
	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
		const char *dash = strrchr(name, '-');
		if (!dash || strcmp(dash + 1, broken[i]) != 0)
			continue;
		buf_format(text,
			_("It is signed with %s, which can be forged; today's programs refuse it."),
			name);
		return true;
	}
	return false;
}

static bool is_exponent_one(struct der exponent)
{
	uint64_t number;
	return exponent.len > 0 && der_number(exponent, &number) && number <= 1;
}

static bool is_rsa(const struct look *look)
{
	return look->key.exponent.len > 0 || strcmp(look->key.algorithm, "RSA") == 0;
}

bool warn_weak_key(const struct look *look, struct buf *text)
{
	const struct key_facts *key = &look->key;
	if (is_exponent_one(key->exponent))
		buf_text_add(text,
			_("Its RSA exponent is 1 or less, so that anybody can sign in its name."));
	else if (is_rsa(look) && key->bits < 2048)
		buf_format(text,
			_("Its RSA key has %u bits, fewer than the 2048 that are accepted today: "
			  "others may compute the private key."),
			key->bits);
	else if (strcmp(key->algorithm, "EC") == 0 && key->bits > 0 && key->bits < 224)
		buf_format(text,
			_("Its key is on a curve of %u bits, fewer than the 224 that are accepted "
			  "today: others may compute the private key."),
			key->bits);
	else if (strcmp(key->algorithm, "DSA") == 0)
		buf_text_add(text, _("It has a DSA key, which today's TLS no longer takes."));
	return text->len > 0;
}

bool warn_v1(const struct look *look, struct buf *text)
{
	(void)text;
	return look->info->version == 1;
}

bool warn_any_ca(const struct look *look, struct buf *text)
{
	struct extension constraints;
	if (!look->info->ca || extension_find(look->parts, EXT_NAME_CONSTRAINTS, &constraints))
		return false;
	buf_text_add(text, look->info->path_len == 0 ?
				   _("A CA: whoever holds its key can sign for any name.") :
				   _("A CA: whoever holds its key can sign for any name, and make "
				     "further CAs."));
	return true;
}

/* Roots are free to count from zero: nothing refers to them by serial. */
bool warn_serial(const struct look *look, struct buf *text)
{
	struct der serial = look->parts->serial;
	uint64_t number;
	if (serial.len == 0)
		buf_text_add(text, _("Its serial is empty: revocation may not find it, and some "
				     "programs refuse it."));
	else if (serial.data[0] & 0x80)
		buf_text_add(text, _("Its serial is negative: revocation may not find it, and some "
				     "programs refuse it."));
	else if (der_number(serial, &number) && number == 0 && !look->info->self_signed)
		buf_text_add(text, _("Its serial is zero: revocation may not find it, and some "
				     "programs refuse it."));
	else if (serial.len > 20)
		buf_format(text,
			_("Its serial has %zu octets, more than the 20 that are allowed: "
			  "revocation may not find it, and some programs refuse it."),
			serial.len);
	else if (serial.len > 1 && serial.data[0] == 0 && (serial.data[1] & 0x80) == 0)
		buf_text_add(text, _("Its serial is padded with zeros: revocation may not find it, "
				     "and some programs refuse it."));
	return text->len > 0;
}

bool warn_unknown_critical(const struct look *look, struct buf *text)
{
	struct der in = look->parts->extensions;
	struct extension extension;
	struct oid oid;
	while (extension_next(&in, &extension)) {
		const struct extension_row *row = extension_row(oid_of(extension.oid, &oid));
		if (!extension.critical || (row && row->enforced))
			continue;
		buf_format(text,
			_("Its extension %s is critical and unknown: programs must refuse it."),
			oid.text);
		return true;
	}
	return false;
}

static int compare_ders(const void *a, const void *b)
{
	const struct der *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = len == 0 ? 0 : memcmp(x->data, y->data, len);
	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* Sorted, so that two thousand of them cost nothing. */
bool warn_duplicate_extension(const struct look *look, struct buf *text)
{
	struct der in = look->parts->extensions, *ids = NULL;
	struct extension extension;
	size_t count = 0, cap = 0;
	while (extension_next(&in, &extension)) {
		ids = mem_grow(ids, count, &cap, sizeof *ids);
		ids[count++] = extension.oid;
	}
	if (count > 1)
		qsort(ids, count, sizeof *ids, compare_ders);
	for (size_t i = 1; i < count && text->len == 0; i++) {
		struct oid oid;
		if (ids[i].len > 0 && der_equal(ids[i - 1], ids[i]))
			buf_format(text,
				_("Its extension %s stands twice: programs read one or the other."),
				oid_of(ids[i], &oid));
	}
	free(ids);
	return text->len > 0;
}

/*
 * Name constraints (RFC 5280, 4.2.1.10): for which names a CA may issue.
 *
 * GnuTLS 3.7 keeps those on hosts, addresses and mail, but not all on directory names and URIs;
 * here every kind is looked at, and what GnuTLS lets pass becomes a mark.
 */
#include "pki/judging.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/general-name.h"
#include "pki/name.h"
#include "pki/traits.h"

#define NAME_COLUMNS 80
#define EMAIL_OID    "1.2.840.113549.1.9.1"
#define COMPARED_MAX 50000 /* of hostile lists no more is compared */

/* A name or the base of names; of a directory name the content of its SEQUENCE. */
struct entity {
	unsigned kind;
	struct der value;
};

#define NO_KIND 0x1fU

static struct entity entity_of(const struct der_item *item)
{
	struct entity entity = { NO_KIND, item->body };
	if ((item->tag & 0xc0) == DER_CONTEXT)
		entity.kind = item->tag & 0x1fU;
	if (entity.kind == GN_DIRECTORY && !der_only(item->body, DER_SEQUENCE, &entity.value))
		entity.kind = NO_KIND;
	return entity;
}

struct limits {
	const struct member *owner;
	struct der permitted, excluded;
	size_t compared;
};

/* Is there a base of the name's kind in the list, and does one cover it? */
static bool find_base(struct limits *limits, struct der list, const struct entity *name, bool *any)
{
	struct der in;
	struct der_item item;
	*any = false;
	while (limits->compared++ < COMPARED_MAX && der_take(&list, DER_SEQUENCE, &in)) {
		if (!der_next(&in, &item))
			continue;
		struct entity base = entity_of(&item);
		if (base.kind != name->kind || base.kind == NO_KIND)
			continue;
		*any = true;
		if (name_covers(base.kind, base.value, name->value))
			return true;
	}
	return false;
}

static bool limits_read(const struct member *member, struct limits *limits)
{
	struct extension extension;
	struct der in;
	*limits = (struct limits){ .owner = member };
	if (!extension_find(&member->cert->parts, EXT_NAME_CONSTRAINTS, &extension) ||
		!der_only(extension.value, DER_SEQUENCE, &in))
		return false;
	der_take(&in, DER_INSIDE + 0, &limits->permitted);
	der_take(&in, DER_INSIDE + 1, &limits->excluded);
	return true;
}

/* The caller frees. */
static char *shortened(const char *name)
{
	size_t len = text_fit(name, NAME_COLUMNS, NULL);
	return mem_format("%.*s%s", (int)len, name, name[len] == '\0' ? "" : "…");
}

/* The caller frees. */
static char *entity_words(const struct entity *name)
{
	struct buf shown = { 0 };
	struct der_item item = { .tag = (uint8_t)(DER_CONTEXT + name->kind), .body = name->value };
	if (name->kind == GN_DIRECTORY)
		name_show(name->value, &shown);
	else
		general_name_show_both(&item, &shown);
	char *words = shortened(buf_text(&shown));
	buf_done(&shown);
	return words;
}

/* True where the name is outside the limits, with the sentence. */
static bool breaks(struct limits *limits, const struct entity *name, struct buf *text)
{
	bool any;
	if (limits->compared >= COMPARED_MAX)
		return false;
	bool excluded = find_base(limits, limits->excluded, name, &any);
	if (!excluded && (find_base(limits, limits->permitted, name, &any) || !any))
		return false;
	char *what = entity_words(name), *owner = shortened(limits->owner->cert->info->subject);
	if (excluded)
		buf_format(text, _("Its name %s is excluded by the name constraints of %s."), what,
			owner);
	else
		buf_format(text,
			_("Its name %s isn't among those that the name constraints allow of %s."),
			what, owner);
	free(what);
	free(owner);
	return true;
}

/* Names that stand in the subject, as they did before there were alternative names. */
static bool breaks_attribute(struct limits *limits, const struct cert *cert, const char *oid,
	unsigned kind, struct buf *text)
{
	struct name name;
	bool found = false;
	name_read(&name, cert->parts.subject);
	for (size_t i = 0; i < name.count && !found; i++) {
		struct entity entity = { kind, name.items[i].value.body };
		found = oid_is(name.items[i].oid, oid) && breaks(limits, &entity, text);
	}
	name_done(&name);
	return found;
}

/* OpenSSL takes a common name for a host where it looks like one, GnuTLS where a server may have
 * it; but it never is that of a CA. */
static bool has_host_name(const struct place *place, const struct cert *cert)
{
	return !cert->info->ca && cert->info->cn &&
	       (!place->accepted || text_is_host(cert->info->cn));
}

static bool breaks_any(struct limits *limits, const struct place *place, struct buf *text)
{
	const struct cert *cert = place->member->cert;
	struct extension extension;
	struct der names = { 0 };
	struct entity subject = { GN_DIRECTORY, cert->parts.subject };
	struct der_item item;
	bool dns = false, email = false;
	if (extension_find(&cert->parts, EXT_SAN, &extension))
		der_take(&extension.value, DER_SEQUENCE, &names);
	while (der_next(&names, &item)) {
		struct entity name = entity_of(&item);
		dns = dns || name.kind == GN_DNS || name.kind == GN_IP;
		email = email || name.kind == GN_EMAIL;
		if (breaks(limits, &name, text))
			return true;
	}
	return (subject.value.len > 0 && breaks(limits, &subject, text)) ||
	       (!email && breaks_attribute(limits, cert, EMAIL_OID, GN_EMAIL, text)) ||
	       (!dns && has_host_name(place, cert) &&
		       breaks_attribute(limits, cert, NAME_CN, GN_DNS, text));
}

/* A CA that issued to itself is no stranger to its own limits (RFC 5280, 6.1.3). */
bool check_name_constraints(const struct place *place, struct buf *text)
{
	const struct parts *parts = &place->member->cert->parts;
	struct limits limits;
	if (place->at > 0 && der_equal(parts->subject, parts->issuer))
		return false;
	for (size_t i = place->at + 1; i < place->path->count; i++)
		if (limits_read(place->path->members[i], &limits) &&
			breaks_any(&limits, place, text))
			return true;
	return false;
}

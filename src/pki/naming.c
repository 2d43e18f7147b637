#include "pki/naming.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pki/general-name.h"
#include "pki/name.h"
#include "pki/parts.h"
#include "pki/traits.h"

static const struct subject_kind *kind_of(struct der oid)
{
	const struct subject_kind *kind;
	for (size_t i = 0; (kind = subject_kind_at(i)); i++)
		if (oid_is(oid, kind->oid))
			return kind;
	return NULL;
}

/* A NUL within a text would cut it: such a value isn't kept. */
static bool take_attribute(const struct attribute *attribute, struct subject *out)
{
	const struct subject_kind *kind = kind_of(attribute->oid);
	struct buf value = { 0 };
	bool ok = kind && der_string(&attribute->value, &value) &&
		  strlen(buf_text(&value)) == value.len;
	if (ok)
		subject_add(out, kind->key, buf_text(&value));
	buf_done(&value);
	return ok;
}

void naming_subject(struct der rdns, struct subject *out, struct advice *advice)
{
	struct name name;
	name_read(&name, rdns);
	for (size_t i = 0; i < name.count; i++) {
		struct oid oid;
		struct buf value = { 0 };
		if (take_attribute(&name.items[i], out))
			continue;
		attribute_show(&name.items[i], &value);
		advice_add(advice, ADVICE_WARNS, "left-out",
			"Its name also holds %s (%.100s), which isn't taken over.",
			oid_of(name.items[i].oid, &oid), buf_text(&value));
		buf_done(&value);
	}
	if (name.broken)
		advice_add(advice, ADVICE_WARNS, "left-out",
			"A part of its name can't be read, and isn't taken over.");
	name_done(&name);
}

/* With the prefix of its kind, as san_parse() reads it; NULL for other kinds. */
static char *name_text(const struct der_item *item)
{
	static const char *const prefixes[] = {
		[GN_EMAIL] = "email:",
		[GN_DNS] = "DNS:",
		[GN_URI] = "URI:",
	};
	char words[INET6_ADDRSTRLEN];
	unsigned kind = item->tag & 0x1f;
	struct der body = item->body;
	if ((item->tag & 0xc0) != DER_CONTEXT)
		return NULL;
	if (kind == GN_IP && (body.len == 4 || body.len == 16))
		return mem_format("IP:%s", inet_ntop(body.len == 4 ? AF_INET : AF_INET6, body.data,
						   words, sizeof words));
	if (kind >= sizeof prefixes / sizeof prefixes[0] || !prefixes[kind] || body.len == 0 ||
		memchr(body.data, '\0', body.len))
		return NULL;
	return mem_format("%s%.*s", prefixes[kind], (int)body.len, (const char *)body.data);
}

size_t naming_sans(struct der names, size_t most, struct sans *out)
{
	struct der_item item;
	size_t left = 0;
	while (der_next(&names, &item)) {
		char *text = out->count < most ? name_text(&item) : NULL;
		left += !text || !sans_add(out, text, NULL);
		free(text);
	}
	return left + !der_end(&names);
}

struct der naming_list(struct der extensions)
{
	struct parts parts = { .extensions = extensions };
	struct extension extension;
	struct der names = { 0 };
	if (extension_find(&parts, EXT_SAN, &extension))
		der_take(&extension.value, DER_SEQUENCE, &names);
	return names;
}

bool naming_is_plain(const char *safe)
{
	struct traits traits = { 0 };
	traits_add(&traits, safe);
	return !traits.escaped && !traits.nul && !traits.bidi && !traits.invisible;
}

void subject_of_cert(const struct cert *cert, struct subject *out, struct advice *advice)
{
	naming_subject(cert->parts.subject, out, advice);
	size_t left = naming_sans(naming_list(cert->parts.extensions), SANS_MOST, &out->sans);
	if (left > 0)
		advice_add(advice, ADVICE_WARNS, "left-out",
			"%zu of its alternative names can't be written, and aren't taken over.",
			left);
}

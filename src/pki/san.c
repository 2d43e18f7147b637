#include "pki/san.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "pki/general-name.h"

static const char *const prefixes[] = {
	[SAN_DNS] = "DNS:",
	[SAN_IP] = "IP:",
	[SAN_EMAIL] = "email:",
	[SAN_URI] = "URI:",
};

void san_done(struct san *san)
{
	free(san->value);
	san->value = NULL;
}

/* The value may come from a certificate: it is shown as safe text. */
void san_show(const struct san *san, bool both, struct buf *out)
{
	const char *at = san->kind == SAN_EMAIL ? strrchr(san->value, '@') : NULL;
	const char *host = at ? at + 1 : san->value;
	struct buf unicode = { 0 };
	buf_text_add(out, prefixes[san->kind]);
	text_escape(out, san->value, strlen(san->value));
	if (both && (san->kind == SAN_DNS || san->kind == SAN_EMAIL) &&
		idn_unicode(host, strlen(host), &unicode))
		buf_format(out, " (%s)", buf_text(&unicode));
	buf_done(&unicode);
}

bool sans_has(const struct sans *sans, const struct san *san)
{
	for (size_t i = 0; i < sans->count; i++)
		if (sans->items[i].kind == san->kind &&
			strcmp(sans->items[i].value, san->value) == 0)
			return true;
	return false;
}

static void put(struct sans *sans, struct san *take)
{
	if (sans_has(sans, take)) {
		san_done(take);
		return;
	}
	sans->items = mem_grow(sans->items, sans->count, &sans->cap, sizeof *sans->items);
	sans->items[sans->count++] = *take;
}

bool sans_add(struct sans *sans, const char *text, struct error *err)
{
	struct san san;
	if (!san_parse(text, &san, err))
		return false;
	put(sans, &san);
	return true;
}

void sans_remove(struct sans *sans, size_t at)
{
	san_done(&sans->items[at]);
	sans->count--;
	memmove(sans->items + at, sans->items + at + 1, (sans->count - at) * sizeof *sans->items);
}

void sans_copy(struct sans *to, const struct sans *from)
{
	for (size_t i = 0; i < from->count; i++) {
		struct san san = { from->items[i].kind, mem_text(from->items[i].value) };
		put(to, &san);
	}
}

void sans_done(struct sans *sans)
{
	for (size_t i = 0; i < sans->count; i++)
		san_done(&sans->items[i]);
	free(sans->items);
	*sans = (struct sans){ 0 };
}

bool sans_name_host(const struct sans *sans)
{
	for (size_t i = 0; i < sans->count; i++)
		if (sans->items[i].kind == SAN_DNS || sans->items[i].kind == SAN_IP)
			return true;
	return false;
}

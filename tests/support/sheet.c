#include "support/sheet.h"

#include <stdlib.h>

static void put_place(struct buf *out, const struct declared_place *at)
{
	char *words = declared_place_words(at);
	buf_format(out, " (%s)\n", words);
	free(words);
}

static void put_service(struct buf *out, const struct declared_service *s)
{
	buf_format(out, "%s [%s]%s%s: %s %s", s->name, s->unit, s->hosts ? " for " : "",
		s->hosts ? s->hosts : "", s->setting, declared_tls_name(s->tls));
	put_place(out, &s->tls_at);
	for (size_t i = 0; i < s->file_count; i++) {
		const struct declared_file *f = &s->files[i];
		buf_format(out, "  %s %u %s %s%s", declared_role_name(f->role), f->pair, f->setting,
			f->path ? "" : "? ", f->shown);
		put_place(out, &f->at);
	}
	for (size_t i = 0; i < s->listen_count; i++) {
		const struct declared_listen *l = &s->listens[i];
		buf_format(out, "  %s:%u %s", l->address, l->port, l->off ? "plain" : l->dialect->name);
		put_place(out, &l->at);
	}
}

void sheet_of(const struct declared *declared, struct buf *out)
{
	for (size_t i = 0; i < declared->count; i++)
		put_service(out, &declared->items[i]);
	for (size_t i = 0; i < declared->trouble_count; i++) {
		char *words = declared_place_words(&declared->troubles[i].at);
		buf_format(out, "! %s %s\n", words, declared->troubles[i].text);
		free(words);
	}
}

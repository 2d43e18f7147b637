/*
 * What readers put into services.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "check/declared-reader.h"

struct declared_service *source_service(struct source *source, const char *name,
	const struct declared_place *at)
{
	struct declared *out = source->out;
	const struct declared_kind *kind = source->kind;
	if (source->services++ >= SOURCE_SERVICES) {
		if (source->services == SOURCE_SERVICES + 1)
			source_excess(source, at, "this and what follows isn't shown: more than %u of them",
				SOURCE_SERVICES);
		return NULL;
	}
	char *safe = name ? text_safe(name, strlen(name)) : NULL;
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->items[out->count] = (struct declared_service){ .kind = kind,
		.name = safe ? mem_format("%s %s", kind->name, safe) : mem_text(kind->name),
		.unit = mem_text(kind->unit),
		.at = *at };
	free(safe);
	return &out->items[out->count++];
}

/* A variable, or a token: only the running service knows where that leads. */
static bool is_path(const char *text)
{
	static const char *const others[] = { "data:", "engine:", "pkcs11:", "store:", "${", NULL };
	for (size_t i = 0; others[i]; i++)
		if (text_starts(text, others[i]))
			return false;
	return !strchr(text, '$');
}

void service_file(struct declared_service *service, enum declared_role role, unsigned pair,
	const char *setting, const struct statement *s, const char *text, const char *base)
{
	if (!text || !*text)
		return;
	service->files = mem_grow(service->files, service->file_count, &service->file_cap,
		sizeof *service->files);
	struct declared_file *file = &service->files[service->file_count++];
	char *path = is_path(text) ? path_join(base, text) : NULL;
	const char *shown = path ? path : text;
	*file = (struct declared_file){ .role = role,
		.setting = setting,
		.path = path,
		.shown = text_safe(shown, strlen(shown)),
		.pair = pair };
	if (s)
		file->at = s->at;
}

void service_missing(struct declared_service *service, enum declared_role role, const char *setting)
{
	service->files = mem_grow(service->files, service->file_count, &service->file_cap,
		sizeof *service->files);
	service->files[service->file_count++] = (struct declared_file){
		.role = role, .setting = setting, .shown = mem_text("") };
}

void service_switch(struct declared_service *service, enum declared_tls tls, const char *setting,
	const struct statement *s)
{
	service->tls = tls;
	service->setting = setting;
	service->tls_at = s ? s->at : (struct declared_place){ 0 };
}

void service_listen(struct declared_service *service, const char *address, unsigned port,
	const char *dialect, const struct statement *s)
{
	const struct dialect *d = dialect ? dialect_named(dialect) : NULL;
	if (port == 0 || port > 65535)
		return;
	service->listens = mem_grow(service->listens, service->listen_count, &service->listen_cap,
		sizeof *service->listens);
	struct declared_listen *l = &service->listens[service->listen_count++];
	if (!address || !*address)
		address = "*";
	*l = (struct declared_listen){ .address = text_safe(address, strlen(address)),
		.port = (uint16_t)port,
		.dialect = d ? d : dialect_named("tls"),
		.off = dialect && !d };
	if (s)
		l->at = s->at;
}

bool listen_parse(const char *text, unsigned otherwise, char **address, unsigned *port)
{
	int64_t number;
	*address = NULL;
	*port = otherwise;
	if (strchr(text, '/') || text_starts(text, "unix:") || text_starts(text, "fd:"))
		return false;
	const char *end = *text == '[' ? strchr(text, ']') : NULL;
	const char *colon = strchr(end ? end : text, ':');
	if (!end && !colon && text_number(text, 1, 65535, &number)) {
		*port = (unsigned)number;
		*address = mem_text("*");
		return true;
	}
	if (colon && text_number(colon + 1, 1, 65535, &number))
		*port = (unsigned)number;
	*address = end ? mem_textn(text + 1, (size_t)(end - text - 1)) :
			 mem_textn(text, colon ? (size_t)(colon - text) : strlen(text));
	return true;
}

bool word_is_yes(const char *word)
{
	static const char *const all[] = { "on", "yes", "true", "1", "enable", "enabled", NULL };
	for (size_t i = 0; all[i]; i++)
		if (strcasecmp(all[i], word) == 0)
			return true;
	return false;
}

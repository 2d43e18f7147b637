/* Where a service that is known by name reads its key and certificate: its configuration tells. */
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/target.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/declared.h"

static char *path_of(const struct declared_service *service, enum declared_role role)
{
	const struct declared_file *file = declared_file_of(service, role, 0);
	return file ? mem_text(file->path) : NULL;
}

static bool is_usable(const struct declared_service *service)
{
	const struct declared_file *file = declared_file_of(service, DECLARED_CERTIFICATE, 0);
	return file && file->path;
}

static void none_or_several(const struct declared_kind *kind, const struct declared *all, size_t usable,
	struct error *err)
{
	if (usable == 0) {
		error_set(err, ERROR_NOT_FOUND, "%s: %s (give --path and --key-path)", kind->label,
			all->count ? _("its configuration names no certificate") :
				     _("no configuration of it was found"));
		return;
	}
	struct buf names = { 0 };
	for (size_t i = 0; i < all->count; i++)
		if (is_usable(&all->items[i]))
			buf_format(&names, "%s%s", names.len ? ", " : "", all->items[i].name);
	error_set(err, ERROR_NOT_FOUND, "%s: say which: %s (or give --path and --key-path)", kind->label,
		buf_text(&names));
	buf_done(&names);
}

static void take_paths(const struct declared_service *service, struct target *target)
{
	if (!target->path)
		target->path = path_of(service, DECLARED_CERTIFICATE);
	if (!target->key)
		target->key = path_of(service, DECLARED_KEY);
	if (!target->chain)
		target->chain = path_of(service, DECLARED_CHAIN);
	if (!target->owner && service->kind->owner)
		target->owner = mem_text(service->kind->owner);
	/* Some keep key and certificate in one file. */
	if (target->key && strcmp(target->key, target->path) == 0) {
		free(target->key);
		target->key = NULL;
	}
	if (target->chain && strcmp(target->chain, target->path) == 0) {
		free(target->chain);
		target->chain = NULL;
	}
}

/* Its own name where there are several: "postgresql 15/main". */
static bool is_called(const struct declared_service *service, const char *name)
{
	return strcmp(service->name, name) == 0 || strcmp(service->kind->name, name) == 0;
}

bool app_target_of_service(const char *root, struct target *target, struct error *err)
{
	size_t word = strcspn(target->service, " "), usable = 0;
	char *kind_name = mem_textn(target->service, word);
	const struct declared_kind *kind = declared_kind_named(kind_name);
	const struct declared_service *found = NULL;
	struct declared all = { 0 };
	free(kind_name);
	if (!kind)
		return error_set(err, ERROR_USAGE, "--service: there is none of that name "
						   "(postgresql, nginx, httpd, slapd, postfix, dovecot …)");
	if (!declared_read(root ? root : app_root_of_host(), kind, &all, err))
		return false;
	for (size_t i = 0; i < all.count; i++)
		if (is_usable(&all.items[i]) && is_called(&all.items[i], target->service)) {
			found = &all.items[i];
			usable++;
		}
	bool ok = found && usable == 1;
	if (ok)
		take_paths(found, target);
	else
		none_or_several(kind, &all, usable, err);
	declared_done(&all);
	return ok;
}

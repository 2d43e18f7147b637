/*
 * From the least particular to the most: the settings, the preset, the certificate that is renewed,
 * the options.
 */
#include "cli/wish.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define PATH_MOST 100

static const char *text(const struct run *run, enum option which)
{
	return run->args->text[which];
}

/* "server, client, both, ca": the names of a table. */
static bool unknown(const char *option, const char *given, const char *known, struct error *err)
{
	return error_set(err, ERROR_USAGE, "--%s %s: give one of %s", option, given, known);
}

static bool read_profile(const struct run *run, struct making *making, struct error *err)
{
	const char *name = text(run, OPTION_PROFILE);
	const struct profile *profile = name ? profile_named(name) : making->profile;
	if (!profile)
		return unknown("profile", name, option_row(OPTION_PROFILE)->help, err);
	if (making->route == ROUTE_SELF_SIGNED && profile->ca)
		making->route = ROUTE_CA;
	if (making->route == ROUTE_CA && !profile->ca)
		return error_set(err, ERROR_USAGE, "--ca and --profile %s exclude each other", name);
	making->profile = profile;
	return true;
}

static bool read_kind(const struct run *run, struct making *making, struct error *err)
{
	const char *name = text(run, OPTION_KIND);
	if (!name)
		return true;
	if (making->same_key)
		return error_set(err, ERROR_USAGE,
			"--key %s: a renewal keeps its key (--new-key makes one)", name);
	making->kind = privkey_kind(name);
	return making->kind || unknown("key", name, option_row(OPTION_KIND)->help, err);
}

static bool read_numbers(const struct run *run, struct making *making, struct error *err)
{
	int64_t days = making->days, path_len = making->path_len;
	const char *path = text(run, OPTION_PATH_LEN);
	if (path && strcmp(path, "any") == 0)
		path_len = -1;
	else if (path && !text_number(path, 0, PATH_MOST, &path_len))
		return error_set(err, ERROR_USAGE, "--path-len %s: give a number from 0 to %d, or any",
			path, PATH_MOST);
	if (!arguments_number(run->args, OPTION_DAYS, 1, PROFILE_DAYS_MOST, &days, err))
		return false;
	making->days = (unsigned)days;
	making->path_len = (int)path_len;
	return true;
}

/* --- names --------------------------------------------------------------------------------- */

/* The first of a kind replaces what the settings say, the others stand beside it. */
static bool read_field(const struct run *run, size_t so_far, const char *given,
	struct subject *subject, struct error *err)
{
	const char *equals = strchr(given, '='), *before;
	char *key = mem_textn(given, equals ? (size_t)(equals - given) : 0);
	bool again = false;
	if (!equals || !subject_kind(key)) {
		free(key);
		return error_set(err, ERROR_USAGE,
			"--subject %s: give KEY=VALUE, such as O=Example or C=DE", given);
	}
	for (size_t at = 0; (before = arguments_next(run->args, OPTION_SUBJECT, &at)) && at < so_far;)
		again |= strncasecmp(before, given, (size_t)(equals - given) + 1) == 0;
	if (again)
		subject_add(subject, key, equals + 1);
	else
		subject_set(subject, key, equals + 1);
	free(key);
	return true;
}

static bool read_subject(const struct run *run, struct subject *subject, struct error *err)
{
	const char *given;
	for (size_t at = 0; (given = arguments_next(run->args, OPTION_SUBJECT, &at));)
		if (!read_field(run, at, given, subject, err))
			return false;
	if (text(run, OPTION_CN))
		subject_set(subject, "CN", text(run, OPTION_CN));
	return true;
}

static bool read_sans(const struct run *run, struct subject *subject, struct error *err)
{
	const char *given;
	for (size_t at = 0; (given = arguments_next(run->args, OPTION_SAN, &at));) {
		if (sans_add(&subject->sans, given, err))
			continue;
		err->code = ERROR_USAGE;
		return error_wrap(err, "--san");
	}
	return true;
}

static bool read_names(const struct run *run, struct making *making, struct error *err)
{
	struct subject *subject = &making->subject;
	if (!read_subject(run, subject, err) || !read_sans(run, subject, err))
		return false;
	return subject_get(subject, "CN") || subject->sans.count ||
	       error_set(err, ERROR_USAGE, "whom is it for? (--cn gives a name)");
}

/* --- of a CA ------------------------------------------------------------------------------- */

static char **copy_list(const struct run *run, enum option which)
{
	const char *given;
	size_t count = 0;
	for (size_t at = 0; arguments_next(run->args, which, &at);)
		count++;
	char **list = mem_new((count + 1) * sizeof *list);
	count = 0;
	for (size_t at = 0; (given = arguments_next(run->args, which, &at));)
		list[count++] = mem_text(given);
	return list;
}

static void free_list(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

static void take_list(const struct run *run, enum option which, char ***list)
{
	if (!run_has(run, which))
		return;
	free_list(*list);
	*list = copy_list(run, which);
}

static bool read_ca(const struct run *run, struct making *making, struct error *err)
{
	static const enum option only[] = { OPTION_PATH_LEN, OPTION_PERMIT, OPTION_EXCLUDE };
	for (size_t i = 0; i < sizeof only / sizeof *only; i++)
		if (run_has(run, only[i]) && !making->profile->ca)
			return error_set(err, ERROR_USAGE, "--%s is for a CA (--ca makes one)",
				option_row(only[i])->name);
	take_list(run, OPTION_PERMIT, &making->permitted);
	take_list(run, OPTION_EXCLUDE, &making->excluded);
	return true;
}

/* --- what it begins with ------------------------------------------------------------------- */

static bool read_preset(const struct run *run, struct order *order, struct error *err)
{
	const char *name = text(run, OPTION_PRESET);
	order->preset = name ? preset_named(name) : NULL;
	if (name && !order->preset)
		return unknown("preset", name, option_row(OPTION_PRESET)->help, err);
	return true;
}

static enum route route(const struct run *run, const struct preset *preset)
{
	if (run->args->command == COMMAND_REQUEST)
		return ROUTE_REQUEST;
	const char *profile = text(run, OPTION_PROFILE);
	bool asked = run_has(run, OPTION_AS_CA) || (profile && strcmp(profile, "ca") == 0);
	if (asked || (preset && preset_profile(preset)->ca))
		return ROUTE_CA;
	return ROUTE_SELF_SIGNED;
}

/* What a preset leaves open is as the settings have it. */
static void apply_preset(const struct preset *preset, struct order *order)
{
	struct making *making = &order->making;
	if (!preset)
		return;
	making->profile = preset_profile(preset);
	if (preset->kind)
		making->kind = privkey_kind(preset->kind);
	if (preset->days)
		making->days = preset->days;
	preset_advise(preset, &order->advice);
}

/* What the preset says of the passphrase is a wish, and may not have been granted. */
static void forget_passphrase(struct advice *advice)
{
	for (size_t i = 0; i < advice->count; i++) {
		struct advice_row *row = &advice->items[i];
		if (strcmp(row->code, "passphrase") != 0)
			continue;
		free(row->text);
		memmove(row, row + 1, (--advice->count - i) * sizeof *row);
		return;
	}
}

static bool apply_renewal(struct run *run, struct order *order, struct error *err)
{
	const char *name = text(run, OPTION_RENEW);
	bool new_key = run_has(run, OPTION_NEW_KEY);
	if (!name)
		return !new_key ||
		       error_set(err, ERROR_USAGE, "--new-key is for a renewal (--renew NAME)");
	if (!app_identities(run->app, &order->all, err) ||
		!identities_find(&order->all, name, false, &order->renewed, err) ||
		!making_renew(order->renewed, &order->making, &order->advice, err))
		return false;
	if (order->making.route == ROUTE_SELF_SIGNED && order->making.profile->ca)
		order->making.route = ROUTE_CA;
	order->making.same_key &= !new_key;
	return true;
}

static bool check_secrets(const struct run *run, const struct making *making, struct error *err)
{
	if (run_has(run, OPTION_PLAIN) && run_has(run, OPTION_PASSWORD_FILE))
		return error_set(err, ERROR_USAGE, "--plain and --password-file exclude each other");
	if (!making->same_key)
		return true;
	if (run_has(run, OPTION_NAME))
		return error_set(err, ERROR_USAGE,
			"--name: a renewal with its key keeps its name (certary identity rename)");
	return !run_has(run, OPTION_KEY_OUTPUT) ||
	       error_set(err, ERROR_USAGE, "--key-out is for a new key (certary export --key)");
}

static bool is_taken(const struct identities *all, const char *name)
{
	for (size_t i = 0; i < all->live; i++)
		if (strcmp(identity_name(&all->items[i]), name) == 0)
			return true;
	return false;
}

/* The one that is renewed keeps its name: "wiki (2)". */
static void name_beside(const struct identities *all, struct making *making)
{
	char *name = mem_text(making->name);
	for (unsigned n = 2; is_taken(all, name); n++) {
		free(name);
		name = mem_format("%s (%u)", making->name, n);
	}
	making_set(&making->name, name);
	free(name);
}

static void read_texts(const struct run *run, struct order *order)
{
	struct making *making = &order->making;
	bool anew = !making->same_key && run_has(run, OPTION_RENEW);
	if (text(run, OPTION_NAME))
		making_set(&making->name, text(run, OPTION_NAME));
	else if (anew && run_has(run, OPTION_CN))
		making_set(&making->name, NULL);
	else if (anew)
		name_beside(&order->all, making);
	making_set(&making->note, text(run, OPTION_NOTE));
	making_set(&making->ticket, text(run, OPTION_TICKET));
}

bool order_read(struct run *run, struct order *order, struct error *err)
{
	struct making *making = &order->making;
	*order = (struct order){ 0 };
	if (!read_preset(run, order, err))
		return false;
	making_init(run->app, route(run, order->preset), making);
	apply_preset(order->preset, order);
	forget_passphrase(&order->advice); /* app_making_check() says how the key is kept */
	bool ok = apply_renewal(run, order, err) && read_profile(run, making, err) &&
		  read_kind(run, making, err) && read_numbers(run, making, err) &&
		  read_names(run, making, err) && read_ca(run, making, err) &&
		  check_secrets(run, making, err);
	if (ok)
		read_texts(run, order);
	return ok;
}

void order_done(struct order *order)
{
	making_done(&order->making);
	identities_done(&order->all);
	advice_done(&order->advice);
}

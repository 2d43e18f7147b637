#include "codec/export.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"
#include "codec/writers.h"

#define ALIAS_COLUMNS 200

static const struct export_format formats[] = {
	{ .name = "pem",
		.suffixes = ".pem .crt .cer",
		.help = N_("PEM: text, one block each, its name in a line before it"),
		.several = true,
		.write = pem_write_named },
	{ .name = "chain",
		.suffixes = ".pem .crt .cer",
		.help = N_("PEM chain for a server: intermediate CAs in order, no root"),
		.chain = true,
		.write = pem_write_bare },
	{ .name = "der",
		.suffixes = ".der",
		.help = N_("DER: the bytes of one certificate"),
		.binary = true,
		.write = der_write },
	{ .name = "pkcs7",
		.suffixes = ".p7b .p7c",
		.help = N_("PKCS#7 in DER: several for Windows"),
		.several = true,
		.binary = true,
		.write = pkcs7_write },
	{ .name = "pkcs12",
		.suffixes = ".p12 .pfx",
		.help = N_("PKCS#12: truststore of newer Javas, OpenSSL, Windows"),
		.several = true,
		.binary = true,
		.truststore = true,
		.write = pkcs12_write },
	{ .name = "jks",
		.suffixes = ".jks",
		.help = N_("JKS: truststore that every Java reads"),
		.several = true,
		.binary = true,
		.truststore = true,
		.write = jks_write },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

const struct export_format *export_formats(size_t *count)
{
	*count = FORMATS;
	return formats;
}

static bool has_suffix(const char *suffixes, const char *suffix, size_t len)
{
	for (const char *at = suffixes; at; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (strncasecmp(at, suffix, len) == 0 && (at[len] == ' ' || !at[len]))
			return true;
	}
	return false;
}

static const struct export_format *of_suffix(const char *suffix)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (has_suffix(formats[i].suffixes, suffix, strlen(suffix)))
			return &formats[i];
	return NULL;
}

/* "p12" is as good as "pkcs12": whoever knows the file by its suffix needn't know more. */
const struct export_format *export_format_find(const char *name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	char *suffix = mem_format(".%s", name);
	const struct export_format *found = *name ? of_suffix(suffix) : NULL;
	free(suffix);
	return found;
}

const struct export_format *export_format_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
	return dot ? of_suffix(dot) : NULL;
}

/* Java makes a key of the password of a PKCS#12 from ASCII only; of a JKS it takes any. */
bool password_is_ascii(const char *format, const char *password, struct error *err)
{
	for (const char *p = password; *p; p++)
		if (*p < 0x20 || *p > 0x7e)
			return error_set(err, ERROR_USAGE,
				"%s: the password must be plain ASCII, as Java takes no other there "
				"(jks takes it)",
				format);
	return true;
}

bool export_password_fits(
	const struct export_format *format, const char *password, struct error *err)
{
	if (!format->truststore)
		return !password || error_set(err, ERROR_USAGE,
					    "%s takes no password: nothing in it is secret",
					    format->name);
	if (!password)
		return error_set(err, ERROR_SECRET, "%s needs a password", format->name);
	if (!*password)
		return error_set(err, ERROR_SECRET, "the password is empty");
	return format->write != pkcs12_write || password_is_ascii(format->name, password, err);
}

bool export_write(const struct export_format *format, const struct export_list *list,
	struct buf *out, struct error *err)
{
	bool many = format->several || format->chain;

	if (list->count == 0)
		return error_set(err, ERROR_FAILED, "there is no certificate to write");
	if (list->count > 1 && !many)
		return error_set(err, ERROR_USAGE, "%s holds one certificate, these are %zu",
			format->name, list->count);
	return export_password_fits(format, list->password, err) && format->write(list, out, err);
}

/*
 * Java folds what one looks for, and not what a JKS holds: an alias with an upper-case letter is
 * never found, and its certificate not trusted.  Of two equal ones it drops the first without a word.
 */
void alias_put(struct buf *out, const char *name)
{
	struct buf alias = { 0 };

	text_fold(&alias, name);
	buf_cut(&alias, text_fit(buf_text(&alias), ALIAS_COLUMNS, NULL));
	buf_reserve(&alias, 0);
	text_trim(alias.data);
	buf_text_add(out, *alias.data ? alias.data : "certificate");
	buf_done(&alias);
}

void alias_begin(struct alias *alias, const char *prefix, const struct export_item *item)
{
	*alias = (struct alias){ 0 };
	buf_text_add(&alias->text, prefix);
	alias_put(&alias->text, item->name);
	fingerprint_hex(&item->sha256, alias->digits);
}

void alias_lengthen(struct alias *alias)
{
	buf_format(&alias->text, " %.8s", alias->digits + alias->used);
	alias->used = (alias->used + 8) % (FINGERPRINT_HEX - 1);
}

static char *alias_of(const struct export_item *item, struct set *taken)
{
	struct alias alias;

	alias_begin(&alias, "", item);
	while (!set_add(taken, buf_text(&alias.text)))
		alias_lengthen(&alias);
	return buf_take(&alias.text);
}

char **export_aliases(const struct export_list *list)
{
	char **aliases = mem_new((list->count + 1) * sizeof(*aliases));
	struct set taken = { 0 };

	for (size_t i = 0; i < list->count; i++)
		aliases[i] = alias_of(&list->items[i], &taken);
	set_done(&taken);
	return aliases;
}

void export_aliases_free(char **aliases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(aliases[i]);
	free(aliases);
}

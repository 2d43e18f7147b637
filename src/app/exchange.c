/* What stands in the pack. */
#include "app/exchange.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app/export.h"
#include "app/identity.h"
#include "app/parity.h"
#include "app/show.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/user.h"
#include "pki/details.h"

/* People compare with colons, gateways want upper case without them. */
static char *print_of(const uint8_t *bytes, size_t len, char sep)
{
	struct buf out = { 0 };
	text_hex(&out, bytes, len, sep);
	for (size_t i = 0; i < out.len; i++)
		out.data[i] = (char)toupper((unsigned char)out.data[i]);
	return buf_take(&out);
}

static void fill_prints(const struct cert_info *info, struct exchange *out)
{
	out->sha256 = print_of(info->sha256.bytes, FINGERPRINT_SIZE, ':');
	out->sha256_plain = print_of(info->sha256.bytes, FINGERPRINT_SIZE, 0);
	out->sha1 = print_of(info->sha1, SHA1_SIZE, ':');
	out->sha1_plain = print_of(info->sha1, SHA1_SIZE, 0);
}

/* --- the page ------------------------------------------------------------------------------ */

static void put(struct buf *out, const char *label, const char *text)
{
	buf_format(out, "%-18s %s\n", label, text);
}

/* What a certificate is for stands in its extensions, in the words of certary show. */
static void put_purposes(struct buf *out, const struct cert *cert)
{
	struct details details = { 0 };
	const char *last = "";
	details_of(cert, app_now(), &details);
	for (size_t i = 0; i < details.count; i++) {
		const struct detail *d = &details.items[i];
		if (d->kind != DETAIL_FIELD || !d->text)
			continue;
		if (*d->label)
			last = d->label;
		if (strcmp(last, "Key usage") == 0 || strcmp(last, "Purposes") == 0)
			put(out, d->label, d->text);
	}
	details_done(&details);
}

static void put_cert(struct buf *out, const struct cert *cert)
{
	const struct cert_info *info = cert_info(cert);
	char when[CLOCK_ISO];
	const char *label = "Names";
	put(out, "Subject", *info->subject ? info->subject : "(empty)");
	put(out, "Issuer", info->self_signed ? "itself (self-signed)" : info->issuer);
	put(out, "Serial number", info->serial);
	put(out, "Valid from", clock_iso(when, info->not_before));
	put(out, "Valid until", clock_iso(when, info->not_after));
	for (const char *san = NULL; (san = cert_info_san(info, san)); label = "")
		put(out, label, san);
	buf_format(out, "%-18s %s, %u bits\n", "Key", info->key_algorithm, info->key_bits);
	put_purposes(out, cert);
}

static void put_prints(struct buf *out, const struct exchange *x)
{
	put(out, "SHA-256", x->sha256);
	put(out, "  without colons", x->sha256_plain);
	put(out, "SHA-1", x->sha1);
	put(out, "  without colons", x->sha1_plain);
}

static const char lines[] =
	"\nContact, to be filled in\n\n"
	"Our side           ______________________________________________\n"
	"  phone, e-mail    ______________________________________________\n"
	"Your side          ______________________________________________\n"
	"  phone, e-mail    ______________________________________________\n"
	"Ticket             ______________________________________________\n"
	"Account            ______________________________________________\n"
	"\nThe SHA-256 fingerprint above was read out by phone and compared\n\n"
	"  on ______________ by ____________________ with ____________________\n";

static void write_page(const struct exchange *x, const struct identity *identity,
	const char *partner, struct buf *out)
{
	char when[CLOCK_ISO], *host = app_host_name();
	const char *name = identity_name(identity);
	buf_format(out, "Certificate of %s%s%s\n", name, partner ? ", for " : "",
		partner ? partner : "");
	buf_format(out, "Made %s by %s on %s\n\n", clock_iso(when, app_now()), user_name(), host);
	buf_text_add(out,
		"This is public; the private key never leaves our server. Before you accept it,\n"
		"call us at a number that you knew before, and compare the SHA-256 fingerprint.\n\n");
	put_cert(out, identity_cert(identity));
	buf_char(out, '\n');
	put_prints(out, x);
	buf_text_add(out, "\nFiles\n\n");
	for (size_t i = 1; i < x->count; i++)
		buf_format(out, "  %s\n    %s\n", x->files[i].name, x->files[i].what);
	buf_text_add(out, lines);
	free(host);
}

/* --- the files ----------------------------------------------------------------------------- */

static struct buf *add(struct exchange *x, const char *name, const char *suffix, const char *what)
{
	struct exchange_file *file = &x->files[x->count++];
	*file = (struct exchange_file){ .name = mem_format("%s%s", name, suffix), .what = what };
	return &file->bytes;
}

static char *plain_name(const char *name)
{
	char *file = export_file_name(export_format_find("pem"), name, 1);
	char *dot = strrchr(file, '.');
	if (dot)
		*dot = '\0';
	return file;
}

static bool add_files(struct app *app, const struct identity *identity, const char *plain,
	struct exchange *x, struct error *err)
{
	const struct cert *cert = identity_cert(identity);
	const struct identity_export wish = { .format = "chain" };
	size_t len, at = 0, chain = 0;
	const uint8_t *der = cert_der(cert, &len);
	char *pem = app_pem(cert);
	buf_text_add(add(x, plain, ".pem", N_("the certificate, as PEM")), pem);
	free(pem);
	buf_add(add(x, plain, ".der", N_("the same, as DER")), der, len);
	identity_own(identity, &at, &chain);
	return chain == 0 ||
	       app_identity_export(app, identity, &wish,
		       add(x, plain, "-chain.pem", N_("the certificate, and the CAs above it")), err);
}

/* Slashes at the end are fingers', and would lead through a link. */
static char *without_slashes(const char *path)
{
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	return mem_textn(path, len);
}

bool app_exchange(struct app *app, const struct identity *identity, const char *partner,
	const char *folder, struct exchange *out, struct error *err)
{
	const struct cert *cert = identity_cert(identity);
	*out = (struct exchange){ 0 };
	if (!cert)
		return error_set(err, ERROR_FAILED,
			identity_pending(identity) ? N_("exchange %s: it has no certificate yet (its "
							"request waits for an answer)") :
						     N_("exchange %s: it has no certificate yet"),
			identity_name(identity));
	char *plain = plain_name(identity_name(identity));
	char *whom = partner ? text_typed(partner) : NULL;
	out->folder = folder ? without_slashes(folder) : mem_format("exchange-%s", plain);
	fill_prints(cert_info(cert), out);
	struct buf *page = add(out, "README", ".txt", N_("this page"));
	bool ok = add_files(app, identity, plain, out, err);
	if (ok)
		write_page(out, identity, whom && *whom ? whom : NULL, page);
	free(whom);
	free(plain);
	return ok;
}

void exchange_done(struct exchange *x)
{
	for (size_t i = 0; i < x->count; i++) {
		free(x->files[i].name);
		buf_done(&x->files[i].bytes);
	}
	free(x->folder);
	free(x->sha256);
	free(x->sha1);
	free(x->sha256_plain);
	free(x->sha1_plain);
	*x = (struct exchange){ 0 };
}

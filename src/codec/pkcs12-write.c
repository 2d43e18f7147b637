/*
 * A PKCS#12 (RFC 7292) that is a truststore.
 *
 *   PFX { 3, data { containers }, MAC }
 *   container: data { bags }            bag: certificate, friendlyName, trusted for any use
 *
 * Java trusts a certificate of such a file only if its bag bears an attribute of Oracle's; without it
 * the file seems empty.  Nothing is encrypted: certificates are public, and a client that is
 * configured without a password then reads them all the same.
 */
#include "codec/pkcs12-parts.h"
#include "codec/writers.h"

const struct oid pkcs12_trusted_use = OID("\x60\x86\x48\x01\x86\xf9\x66\xad\xca\x7b\x01\x01");
static const struct oid any_use = OID("\x55\x1d\x25\x00");

/* As many rounds as keytool makes: each start of each client pays for them. */
const struct pkcs12_seal pkcs12_trust_seal = {
	.hash = OID("\x60\x86\x48\x01\x65\x03\x04\x02\x01"),
	.digest = GNUTLS_DIG_SHA256,
	.mac = GNUTLS_MAC_SHA256,
	.rounds = 10000,
};

void pkcs12_put_trusted(struct buf *out, struct span der, const char *alias)
{
	struct buf attributes = { 0 };

	pkcs12_put_name(&attributes, alias);
	pkcs12_put_attribute(
		&attributes, &pkcs12_trusted_use, TLV_OID, any_use.bytes, any_use.len);
	pkcs12_put_cert(out, der.at, span_len(der), &attributes);
	buf_done(&attributes);
}

static void put_containers(struct buf *out, const struct export_list *list, char *const *aliases)
{
	size_t from = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (i % PKCS12_BAGS_MOST == 0)
			from = out->len;
		pkcs12_put_trusted(
			out, span_of(list->items[i].der, list->items[i].len), aliases[i]);
		if ((i + 1) % PKCS12_BAGS_MOST == 0 || i + 1 == list->count)
			pkcs12_wrap_plain(out, from);
	}
}

bool pkcs12_write(const struct export_list *list, struct buf *out, struct error *err)
{
	struct buf containers = { 0 };
	char **aliases = export_aliases(list);
	bool good;

	put_containers(&containers, list, aliases);
	export_aliases_free(aliases, list->count);
	good = pkcs12_put_file(out, &pkcs12_trust_seal, list->password, &containers, err);
	buf_done(&containers);
	return good;
}

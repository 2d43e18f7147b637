#include "net/tls.h"

#include "base/lang.h"

/* RFC 8446, 6.2. */
static const struct {
	int alert;
	bool blames; /* our certificate, or that there is none */
	const char *words;
} rows[] = {
	{ 0, false, N_("close notify: the server ends the session") },
	{ 10, false, N_("unexpected message") },
	{ 20, false, N_("bad record: what we sent arrived damaged") },
	{ 22, false, N_("record overflow") },
	{ 40, true,
		N_("handshake failure: no version or cipher in common, or (before TLS 1.3) it demands a "
		"client certificate") },
	{ 42, true, N_("bad certificate: it takes our certificate for damaged or not acceptable") },
	{ 43, true, N_("unsupported certificate: of a kind that it doesn't take, or not for clients") },
	{ 44, true, N_("certificate revoked: ours was revoked") },
	{ 45, true, N_("certificate expired: ours is over or not valid yet") },
	{ 46, true, N_("certificate unknown: ours isn't acceptable for a reason that it doesn't say") },
	{ 47, false, N_("illegal parameter") },
	{ 48, true, N_("unknown CA: it doesn't know the CA of our certificate") },
	{ 49, true, N_("access denied: our certificate is valid, but has no access") },
	{ 50, false, N_("decode error") },
	{ 51, true, N_("decrypt error: a signature or the proof of the key is wrong") },
	{ 70, false, N_("protocol version: it speaks none of the versions that we offer") },
	{ 71, false, N_("insufficient security: it wants stronger ciphers") },
	{ 80, false, N_("internal error: look at the server's log") },
	{ 86, false, N_("inappropriate fallback") },
	{ 90, false, N_("cancelled by the server") },
	{ 100, false, N_("no renegotiation") },
	{ 109, false, N_("missing extension") },
	{ 110, false, N_("unsupported extension") },
	{ 112, false, N_("unrecognized name: it serves no such name (SNI)") },
	{ 113, true, N_("bad status of a certificate (OCSP)") },
	{ 115, false, N_("unknown identity (PSK)") },
	{ 116, true, N_("certificate required: it demands a client certificate, and got none") },
	{ 120, false, N_("no application protocol: it speaks none of those that we offer (ALPN)") },
};

#define ROWS (sizeof rows / sizeof rows[0])

const char *alert_words(int alert)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].alert == alert)
			return lang_text(rows[i].words);
	return _("an alert that no standard knows");
}

bool alert_blames(int alert)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].alert == alert)
			return rows[i].blames;
	return false;
}

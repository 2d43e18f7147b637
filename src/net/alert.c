#include "net/tls.h"

/* RFC 8446, 6.2. */
static const struct {
	int alert;
	bool blames; /* our certificate, or that there is none */
	const char *words;
} rows[] = {
	{ 0, false, "close notify: the server ends the session" },
	{ 10, false, "unexpected message" },
	{ 20, false, "bad record: what we sent arrived damaged" },
	{ 22, false, "record overflow" },
	{ 40, true,
		"handshake failure: no version or cipher in common, or (before TLS 1.3) it demands a "
		"client certificate" },
	{ 42, true, "bad certificate: it takes our certificate for damaged or not acceptable" },
	{ 43, true, "unsupported certificate: of a kind that it doesn't take, or not for clients" },
	{ 44, true, "certificate revoked: ours was revoked" },
	{ 45, true, "certificate expired: ours is over or not valid yet" },
	{ 46, true, "certificate unknown: ours isn't acceptable for a reason that it doesn't say" },
	{ 47, false, "illegal parameter" },
	{ 48, true, "unknown CA: it doesn't know the CA of our certificate" },
	{ 49, true, "access denied: our certificate is valid, but has no access" },
	{ 50, false, "decode error" },
	{ 51, true, "decrypt error: a signature or the proof of the key is wrong" },
	{ 70, false, "protocol version: it speaks none of the versions that we offer" },
	{ 71, false, "insufficient security: it wants stronger ciphers" },
	{ 80, false, "internal error: look at the server's log" },
	{ 86, false, "inappropriate fallback" },
	{ 90, false, "cancelled by the server" },
	{ 100, false, "no renegotiation" },
	{ 109, false, "missing extension" },
	{ 110, false, "unsupported extension" },
	{ 112, false, "unrecognized name: it serves no such name (SNI)" },
	{ 113, true, "bad status of a certificate (OCSP)" },
	{ 115, false, "unknown identity (PSK)" },
	{ 116, true, "certificate required: it demands a client certificate, and got none" },
	{ 120, false, "no application protocol: it speaks none of those that we offer (ALPN)" },
};

#define ROWS (sizeof rows / sizeof rows[0])

const char *alert_words(int alert)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].alert == alert)
			return rows[i].words;
	return "an alert that no standard knows";
}

bool alert_blames(int alert)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].alert == alert)
			return rows[i].blames;
	return false;
}

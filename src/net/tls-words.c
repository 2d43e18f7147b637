/*
 * Why a session failed, in an operator's words: the peer's alert, something that isn't TLS, the
 * socket's error, or GnuTLS's code.
 */
#include "net/tls-session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/talk.h"

static const struct {
	int code;
	const char *words;
} reasons[] = {
	{ GNUTLS_E_PREMATURE_TERMINATION, N_("the peer hung up") },
	{ GNUTLS_E_UNSUPPORTED_VERSION_PACKET,
		N_("it answers with a version of TLS that isn't wanted") },
	{ GNUTLS_E_DH_PRIME_UNACCEPTABLE, N_("its Diffie-Hellman group is too weak") },
	{ GNUTLS_E_UNKNOWN_CIPHER_SUITE, N_("it chose a cipher that wasn't offered") },
	{ GNUTLS_E_NO_CIPHER_SUITES, N_("there is no cipher that both sides take") },
	{ GNUTLS_E_CERTIFICATE_ERROR, N_("a certificate in the handshake isn't acceptable") },
	{ GNUTLS_E_NO_CERTIFICATE_FOUND, N_("the peer presents no certificate") },
	{ GNUTLS_E_CERTIFICATE_REQUIRED, N_("the client presents no certificate") },
	{ GNUTLS_E_KEY_USAGE_VIOLATION,
		N_("the server's certificate isn't made for this use of its key (key usage)") },
	{ GNUTLS_E_PK_SIG_VERIFY_FAILED, N_("the server can't prove that it has its certificate's key") },
	{ GNUTLS_E_HANDSHAKE_TOO_LARGE, N_("a message of the handshake has more than 128 KiB") },
	{ GNUTLS_E_WARNING_ALERT_RECEIVED, N_("it sends warnings without end") },
	{ GNUTLS_E_TOO_MANY_EMPTY_PACKETS, N_("it sends empty records without end") },
	{ GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS, N_("the handshake has no end") },
};

void tls_say(struct tls *tls, const char *words)
{
	struct buf safe = { 0 };
	text_guard(&safe, words);
	free(tls->failure);
	tls->failure = buf_take(&safe);
}

/* GnuTLS has asked for no more than a record's header. */
static void read_on(struct tls *tls)
{
	ssize_t got = recv(tls->fd, tls->first + tls->first_len, TLS_FIRST - tls->first_len,
		MSG_DONTWAIT);
	if (got > 0)
		tls->first_len += (size_t)got;
}

/* What came isn't TLS: a guess, or how it begins. */
static void say_alien(struct tls *tls)
{
	read_on(tls);
	const char *guess = guess_protocol(tls->first, tls->first_len);
	char *begins = text_safe(tls->first, tls->first_len);
	char *words = guess ? mem_format(_("it answers, but not in TLS: it looks like %s"), guess)
			    : mem_format(_("it answers, but not in TLS: %s"), begins);
	tls_say(tls, words);
	free(begins);
	free(words);
}

static bool looks_like_tls(const struct tls *tls)
{
	return tls->first_len >= 2 && tls->first[0] >= 0x14 && tls->first[0] <= 0x18 &&
	       tls->first[1] == 3;
}

static void say_code(struct tls *tls, int code)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].code == code) {
			tls_say(tls, lang_text(reasons[i].words));
			return;
		}
	char *words = mem_format(_("TLS failed: %s"), gnutls_strerror(code));
	tls_say(tls, words);
	free(words);
}

enum tls_turn tls_failed(struct tls *tls, int code)
{
	if (tls->refused)
		return TLS_FAILED;
	if (tls->server && !tls->finished)
		gnutls_alert_send_appropriate(tls->session, code);
	if (code == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		tls->alert = (int)gnutls_alert_get(tls->session);
		tls->report->alert = tls->alert;
		tls->report->alert_text = alert_words(tls->alert);
		tls_say(tls, tls->report->alert_text);
	} else if (tls->flood) {
		tls_say(tls, _("it sends without end, and the handshake gets nowhere"));
	} else if (tls->first_len > 0 && !looks_like_tls(tls)) {
		say_alien(tls);
	} else if (code == GNUTLS_E_PULL_ERROR || code == GNUTLS_E_PUSH_ERROR) {
		tls_say(tls, tls->read_errno ? strerror(tls->read_errno) : _("the connection broke"));
	} else {
		say_code(tls, code);
	}
	tls_look(tls);
	return TLS_FAILED;
}

const char *tls_failure(const struct tls *tls)
{
	return tls->failure ? tls->failure : "";
}

int tls_alert(const struct tls *tls)
{
	return tls->alert;
}

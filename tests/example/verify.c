/*
 * A program of somebody else, which speaks TLS by GnuTLS and leaves trust to certary:
 *
 *	verify STORE HOST PORT   says hello, prints what comes back
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#include "app/verify.h"

static int dial(const char *host, const char *port)
{
	struct addrinfo *list, hints = { .ai_socktype = SOCK_STREAM };
	int fd = -1;
	if (getaddrinfo(host, port, &hints, &list) != 0)
		return -1;
	for (const struct addrinfo *at = list; at && fd < 0; at = at->ai_next) {
		fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	return fd;
}

static void converse(gnutls_session_t session)
{
	char said[256];
	gnutls_record_send(session, "hello\n", 6);
	ssize_t len;
	do
		len = gnutls_record_recv(session, said, sizeof said);
	while (len == GNUTLS_E_AGAIN || len == GNUTLS_E_INTERRUPTED);
	if (len > 0)
		fwrite(said, 1, (size_t)len, stdout);
	gnutls_bye(session, GNUTLS_SHUT_WR);
}

static int meet(struct app *app, const char *host, const char *port)
{
	struct error err;
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	gnutls_certificate_allocate_credentials(&credentials);
	gnutls_init(&session, GNUTLS_CLIENT);
	gnutls_set_default_priority(session);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_server_name_set(session, GNUTLS_NAME_DNS, host, strlen(host));
	certary_verify_install(session, app, host, (uint16_t)strtoul(port, NULL, 10), &err);
	int fd = dial(host, port), code;
	gnutls_transport_set_int(session, fd);
	do
		code = gnutls_handshake(session);
	while (code < 0 && !gnutls_error_is_fatal(code));
	fprintf(stderr, "%s: %s\n", gnutls_strerror_name(code), certary_verify_reason(session));
	if (code >= 0)
		converse(session);
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(credentials);
	close(fd);
	return code >= 0 ? 0 : 4;
}

int main(int argc, char **argv)
{
	struct app *app = NULL;
	struct error err;
	struct app_options options = { .store = argc == 4 ? argv[1] : NULL };
	if (argc != 4 || !app_new(&options, &app, &err) ||
		!app_open_store(app, APP_STORE_THERE, &err)) {
		fprintf(stderr, "verify STORE HOST PORT: %s\n", argc == 4 ? err.text : "three words");
		return 2;
	}
	int code = meet(app, argv[2], argv[3]);
	app_free(app);
	return code;
}

#include "app/probe.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "net/probe.h"

/* What people write before "://", beside the names of dialects. */
static const struct {
	const char *scheme, *dialect;
	uint16_t port;
} schemes[] = {
	{ "https", "tls", 443 },
	{ "ldaps", "tls", 636 },
	{ "smtps", "tls", 465 },
	{ "imaps", "tls", 993 },
	{ "pop3s", "tls", 995 },
	{ "ftps", "tls", 990 },
	{ "postgresql", "postgres", 5432 },
	{ "mariadb", "mysql", 3306 },
};

static bool take_scheme(const char *scheme, struct probe_wish *out)
{
	const struct dialect *dialect = dialect_named(scheme);
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		if (strcasecmp(schemes[i].scheme, scheme) != 0)
			continue;
		out->dialect = dialect_named(schemes[i].dialect);
		out->port = schemes[i].port;
		return true;
	}
	if (!dialect)
		return false;
	out->dialect = dialect;
	out->port = dialect->port;
	return true;
}

static bool parse_port(const char *text, uint16_t *out)
{
	char *end;
	if (!isdigit((unsigned char)*text))
		return false;
	unsigned long port = strtoul(text, &end, 10);
	*out = (uint16_t)port;
	return *end == '\0' && port > 0 && port <= 65535;
}

/* Behind the last colon, unless there are more of them, as in an address without brackets. */
static bool split(char *text, struct probe_wish *out)
{
	char *port = NULL, *close = *text == '[' ? strchr(text, ']') : NULL;
	if (*text == '[' && !close)
		return false;
	if (close) {
		*close = '\0';
		port = close[1] == ':' ? close + 2 : NULL;
		if (close[1] && !port)
			return false;
		text++;
	} else if (strchr(text, ':') && strchr(text, ':') == strrchr(text, ':')) {
		port = strchr(text, ':');
		*port++ = '\0';
	}
	out->host = mem_text(text);
	return *text && (!port || parse_port(port, &out->port));
}

static bool parse(char *text, struct probe_wish *out)
{
	char *colon = strstr(text, "://"), *path;
	if (colon) {
		*colon = '\0';
		if (!take_scheme(text, out))
			return false;
		text = colon + 3;
		if ((path = strchr(text, '/')))
			*path = '\0';
	}
	return split(text, out);
}

bool probe_wish_parse(const char *text, const char *dialect, struct probe_wish *out,
	struct error *err)
{
	char *copy = mem_text(text), *safe = text_safe(text, strlen(text));
	*out = (struct probe_wish){ 0 };
	bool ok = parse(copy, out);
	if (ok && dialect)
		out->dialect = dialect_named(dialect);
	if (!ok)
		error_set(err, ERROR_USAGE, "%s: is no service (give HOST:PORT, or smtp://HOST)", safe);
	else if (dialect && !out->dialect)
		ok = error_set(err, ERROR_USAGE, "--dialect %s: there is no such dialect", dialect);
	if (ok && !out->port && dialect && out->dialect)
		out->port = out->dialect->port;
	if (ok && !out->port)
		ok = error_set(err, ERROR_USAGE, "%s: which port? (%s:443)", safe, safe);
	if (ok && !out->dialect)
		out->dialect = dialect_of_port(out->port);
	if (ok && !probe_words_fit(out->host, NULL, NULL, err))
		ok = error_wrap(err, "%s", safe);
	if (!ok)
		probe_wish_done(out);
	free(copy);
	free(safe);
	return ok;
}

void probe_wish_done(struct probe_wish *wish)
{
	free(wish->host);
	free(wish->sni);
	free(wish->tls);
	free(wish->http);
	*wish = (struct probe_wish){ 0 };
}

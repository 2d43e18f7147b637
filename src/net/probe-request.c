/* What is asked for: checked, completed, copied. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/probing.h"

static char **copy_list(const char *const *list)
{
	size_t count = 0;
	while (list && list[count])
		count++;
	char **copy = mem_new((count + 1) * sizeof *copy);
	for (size_t i = 0; i < count; i++)
		copy[i] = mem_text(list[i]);
	return copy;
}

static void free_list(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

void probe_forget(struct probe *probe)
{
	free(probe->ascii);
	free(probe->sni);
	free(probe->version);
	free(probe->http);
	free_list(probe->alpn);
}

static bool is_path(const char *path)
{
	for (const char *p = path; *p; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return false;
	return *path == '/';
}

static bool check_version(const char *tls, struct error *err)
{
	return !tls || tls_version_known(tls) ||
	       error_set(err, ERROR_USAGE,
		       "there is no version '%s' of TLS here: it is 1.0, 1.1, 1.2 or 1.3", tls);
}

static bool check_host(const char *host, struct error *err)
{
	char *ascii = lookup_host(host, err);
	bool ok = ascii != NULL;
	free(ascii);
	return ok;
}

bool probe_words_fit(const char *host, const char *sni, const char *tls, struct error *err)
{
	return check_host(host, err) && (!sni || !*sni || check_host(sni, err)) &&
	       check_version(tls, err);
}

static bool check(const struct probe_request *r, struct error *err)
{
	if (r->port == 0)
		return error_set(err, ERROR_USAGE, "there is no port 0");
	if (!check_version(r->tls, err))
		return false;
	if (r->chain_count > 0 && !r->key)
		return error_set(err, ERROR_USAGE, "a client certificate is of no use without its key");
	if (r->chain_count > 0 && !privkey_matches(r->key, cert_info(r->chain[0])))
		return error_set(err, ERROR_USAGE, "the key isn't that of the client certificate");
	if (r->http && r->dialect && r->dialect->manner)
		return error_set(err, ERROR_USAGE, "HTTP isn't spoken over %s", r->dialect->label);
	if (r->http && !is_path(r->http))
		return error_set(err, ERROR_USAGE,
			"the path begins with / and has neither blanks nor other than ASCII");
	return true;
}

/* The name to send: none for an address, because none may be (RFC 6066, 3). */
static bool choose_sni(struct probe *probe, const char *wanted, struct error *err)
{
	struct lookup_answer address;
	char *name = wanted ? NULL : mem_text(probe->ascii);
	if (wanted && *wanted && !(name = lookup_host(wanted, err)))
		return false;
	if (name && lookup_address(name, 1, &address)) {
		free(name);
		name = NULL;
	}
	probe->sni = name;
	return true;
}

bool probe_fill(struct probe *probe, const struct probe_request *r, struct error *err)
{
	if (!check(r, err) || !(probe->ascii = lookup_host(r->host, err)) ||
		!choose_sni(probe, r->sni, err))
		return false;
	probe->request = *r;
	probe->version = mem_text(r->tls);
	probe->http = mem_text(r->http);
	probe->alpn = copy_list(r->alpn);
	if (!r->dialect)
		probe->request.dialect = dialect_at(0);
	if (r->deadline_ms == 0)
		probe->request.deadline_ms = PROBE_DEADLINE;
	if (r->quiet_ms == 0)
		probe->request.quiet_ms = PROBE_QUIET;
	probe->report = report_new(r->host, r->port, probe->request.dialect);
	probe->report->ascii = mem_text(probe->ascii);
	probe->report->sni = mem_text(probe->sni);
	return true;
}

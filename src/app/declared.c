#include "app/declared.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "app/declaring.h"
#include "app/internal.h"
#include "app/listener.h"
#include "base/mem.h"
#include "base/text.h"

/* --- findings ------------------------------------------------------------------------------- */

void declared_findings_done(struct declared_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].text);
		free(findings->items[i].where);
	}
	free(findings->items);
	*findings = (struct declared_findings){ 0 };
}

static void take_findings(const struct agreement *agreement, struct declared_findings *out)
{
	out->items = mem_new((agreement->count + 1) * sizeof *out->items);
	out->count = agreement->count;
	for (size_t i = 0; i < agreement->count; i++)
		out->items[i] = (struct declared_finding){ .code = agreement->items[i].code,
			.level = agreement->items[i].level,
			.text = mem_text(agreement->items[i].text),
			.where = declared_place_words(&agreement->items[i].at) };
}

void declared_judge(struct app *app, const struct declarations *d, size_t number,
	const struct served *served, size_t count, struct declared_findings *out)
{
	const struct query usual = app_query(app);
	const struct agreement_question question = {
		.service = d->items[number].service,
		.stored = d->items[number].stored,
		.served = served,
		.served_count = count,
		.now = app_now(),
		.thresholds = { .days = usual.days, .percent = usual.percent },
	};
	struct agreement agreement;
	agreement_judge(&question, &agreement);
	take_findings(&agreement, out);
	agreement_done(&agreement);
}

/* --- all services --------------------------------------------------------------------------- */

static void judge_all(struct app *app, struct declarations *d)
{
	for (size_t i = 0; i < d->count; i++) {
		struct declared_judged *item = &d->items[i];
		declared_judge(app, d, i, item->served, item->served_count, &item->findings);
		item->level = item->findings.count ? item->findings.items[0].level : OUTCOME_OK;
	}
}

/* Ignored in a process that gained privileges. */
const char *app_root_of_host(void)
{
	const char *root = secure_getenv("CERTARY_TEST_ROOT");
	return root && *root ? root : "/";
}

bool app_declared(struct app *app, const struct declared_wish *wish, struct declarations *out,
	struct error *err)
{
	*out = (struct declarations){ .root = mem_text(wish->root ? wish->root : app_root_of_host()) };
	bool ok = declared_read(out->root, wish->kind, &out->all, err);
	out->count = ok ? out->all.count : 0;
	out->items = mem_new((out->count + 1) * sizeof *out->items);
	for (size_t i = 0; i < out->count; i++) {
		out->items[i].service = &out->all.items[i];
		out->items[i].stored =
			mem_new((out->all.items[i].file_count + 1) * sizeof(struct stored));
	}
	ok = ok && declared_look(app, out, err) && (!wish->ask || declared_ask(app, out, err));
	if (ok)
		judge_all(app, out);
	else
		declarations_done(out);
	return ok;
}

static void judged_done(struct declared_judged *item)
{
	for (size_t i = 0; i < item->service->file_count; i++)
		stored_done(&item->stored[i]);
	for (size_t i = 0; i < item->served_count; i++)
		if (item->probed_done[i])
			probed_done(&item->probed[i]);
	free(item->stored);
	free(item->served);
	free(item->probed);
	free(item->probed_done);
	declared_findings_done(&item->findings);
}

void declarations_done(struct declarations *declarations)
{
	for (size_t i = 0; i < declarations->count; i++)
		judged_done(&declarations->items[i]);
	free(declarations->items);
	free(declarations->root);
	declared_done(&declarations->all);
	*declarations = (struct declarations){ 0 };
}

enum outcome_level declarations_level(const struct declarations *declarations)
{
	enum outcome_level worst = declarations->all.trouble_count ? OUTCOME_WARNING : OUTCOME_OK;
	for (size_t i = 0; i < declarations->count; i++)
		if (declarations->items[i].level < worst)
			worst = declarations->items[i].level;
	return worst;
}

/* --- a port that was probed otherwise ------------------------------------------------------- */

static bool same_address(const struct sockaddr *sa, const char *address)
{
	struct in_addr four;
	struct in6_addr six;
	if (!sa)
		return false;
	if (sa->sa_family == AF_INET && inet_pton(AF_INET, address, &four) == 1)
		return memcmp(&((const struct sockaddr_in *)(const void *)sa)->sin_addr, &four,
			       sizeof four) == 0;
	if (sa->sa_family == AF_INET6 && inet_pton(AF_INET6, address, &six) == 1)
		return memcmp(&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, &six,
			       sizeof six) == 0;
	return false;
}

bool address_is_local(const char *address)
{
	struct ifaddrs *all;
	bool local = text_starts(address, "127.") || strcmp(address, "::1") == 0;
	if (local || getifaddrs(&all) != 0)
		return local;
	for (const struct ifaddrs *one = all; one && !local; one = one->ifa_next)
		local = same_address(one->ifa_addr, address);
	freeifaddrs(all);
	return local;
}

/* "*.b.example" and ".b.example" stand for what lies below, as web servers take them. */
static bool host_fits(const char *pattern, size_t len, const char *host)
{
	if (len > 1 && pattern[0] == '*' && pattern[1] == '.') {
		pattern++;
		len--;
	}
	size_t host_len = strlen(host);
	if (len > 1 && pattern[0] == '.')
		return host_len > len && strncasecmp(host + host_len - len, pattern, len) == 0;
	return host_len == len && strncasecmp(host, pattern, len) == 0;
}

/* 2: by its name; 1: it answers to any, or nobody was asked for; 0: to others only. */
static int answers_to(const struct declared_service *service, const char *host)
{
	if (!service->hosts)
		return 1;
	for (const char *at = service->hosts; *at;) {
		size_t len = strcspn(at, " ");
		if (host && host_fits(at, len, host))
			return 2;
		at += len + (at[len] == ' ');
	}
	return 0;
}

/* The first that listens there is a web server's default, where none has the name. */
static bool find_service(const struct declarations *d, const struct probe_wish *wish,
	const char *address, size_t *number)
{
	const char *host = wish->sni && *wish->sni ? wish->sni : wish->host;
	int best = -1;
	for (size_t i = 0; i < d->count; i++) {
		int fits = answers_to(d->items[i].service, host);
		if (!declared_listens(d->items[i].service, address, wish->port) || fits <= best)
			continue;
		best = fits;
		*number = i;
	}
	return best >= 0;
}

static const struct declared_listen *listen_of(const struct declared_service *service, uint16_t port)
{
	for (size_t i = 0; i < service->listen_count; i++)
		if (service->listens[i].port == port)
			return &service->listens[i];
	return NULL;
}

bool declarations_judge(struct app *app, const struct declarations *declarations,
	const struct probe_wish *wish, const struct probed *probed, char **name,
	struct declared_findings *out)
{
	const struct report *r = probed->report;
	size_t number;
	if (!r || !r->address || !address_is_local(r->address) ||
		!find_service(declarations, wish, r->address, &number))
		return false;
	const struct declared_service *service = declarations->items[number].service;
	struct served served = { .listen = listen_of(service, wish->port),
		.answered = r->steps[STEP_CONNECT].outcome == STEP_PASS,
		.no_tls = r->plaintext_only,
		.leaf = r->chain_count && r->chain[0].cert ? cert_info(r->chain[0].cert) : NULL };
	if (served.leaf)
		served.started = listener_started(wish->port);
	if (served.answered && service->tls != DECLARED_OFF && served.listen &&
		strcmp(served.listen->dialect->name, "postgres") == 0)
		served.plain = declared_takes_plain(r->address, wish->port);
	declared_judge(app, declarations, number, &served, 1, out);
	*name = mem_text(service->name);
	return true;
}

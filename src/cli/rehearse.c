#include "app/rehearse.h"

#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "cli/probe.h"
#include "cli/run.h"

struct watching {
	struct run *run;
	struct loop *loop;
	struct error err; /* standard output can't be written any longer */
};

/* Each line is there at once, whoever reads. */
static void say(struct watching *w, struct json *take)
{
	struct buf line = { 0 };
	if (take) {
		json_dump(take, &line);
		print_format("%s\n", buf_text(&line));
	}
	buf_done(&line);
	json_free(take);
	if (!print_flush(&w->err))
		loop_stop(w->loop);
}

/* --- a visit ---------------------------------------------------------------------------------- */

static struct json *chain_json(const struct report *r)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < r->chain_count; i++) {
		struct json *o = json_new_object();
		if (r->chain[i].cert)
			info_json(o, cert_info(r->chain[i].cert));
		else
			json_text(o, "error", r->chain[i].why);
		json_append(list, o);
	}
	return list;
}

static struct json *visit_json(const struct visit *visit)
{
	char when[CLOCK_ISO];
	struct json *o = json_new_object();
	json_text(o, "when", clock_iso(when, app_now()));
	json_text(o, "from", visit->from);
	json_text(o, "sni", visit->sni);
	json_text(o, "protocol", visit->seen->version);
	json_text(o, "cipher", visit->seen->cipher);
	json_bool(o, "accepted", visit->accepted);
	json_text(o, "text", visit->text);
	json_set(o, "chain", chain_json(visit->seen));
	return o;
}

static void print_visit(const struct visit *visit)
{
	const struct report *r = visit->seen;
	print_format(visit->accepted ? _("%s: accepted: %s") : _("%s: refused: %s"), visit->from,
		visit->text);
	if (r->version)
		print_format("; %s", r->version);
	if (visit->sni)
		print_format(", asks for %s", visit->sni);
	for (size_t i = 0; i < r->chain_count; i++)
		print_format(i ? " <- %s" : _("; shows %s"),
			r->chain[i].cert ? cert_info(r->chain[i].cert)->subject : r->chain[i].why);
	if (r->chain_count == 0)
		print_format("; shows no certificate");
	print_text("\n");
}

static void on_visit(void *ctx, const struct visit *visit)
{
	struct watching *w = ctx;
	bool json = run_has(w->run, OPTION_JSON);
	if (!json)
		print_visit(visit);
	say(w, json ? visit_json(visit) : NULL);
}

/* --- the rehearsal ---------------------------------------------------------------------------- */

static struct json *opening_json(const struct rehearsal *r)
{
	const struct cert *ca;
	struct json *o = json_new_object(), *cas = json_new_array(), *cert = json_new_object();
	json_text(o, "listening", "127.0.0.1");
	json_int(o, "port", rehearsal_port(r));
	info_json(cert, cert_info(rehearsal_cert(r)));
	json_set(o, "presents", cert);
	for (size_t i = 0; (ca = rehearsal_ca(r, i)); i++)
		json_append_text(cas, cert_info(ca)->subject);
	json_set(o, "authorities", cas);
	return o;
}

static void print_opening(const struct rehearsal *r)
{
	const struct cert *ca;
	char hex[FINGERPRINT_HEX];
	const struct cert_info *info = cert_info(rehearsal_cert(r));
	print_format("listening on localhost:%u (127.0.0.1); Ctrl-C ends it\n", rehearsal_port(r));
	print_format("presents %s\n  SHA-256 %s\n", info->subject, fingerprint_hex(&info->sha256, hex));
	print_format("demands a client certificate of one of these CAs:\n");
	for (size_t i = 0; (ca = rehearsal_ca(r, i)); i++)
		print_format("  %s\n", cert_info(ca)->subject);
}

static void on_signal(void *ctx, int signo)
{
	const struct watching *w = ctx;
	(void)signo;
	loop_stop(w->loop);
}

static bool watch(struct watching *w, const struct rehearse_wish *wish, struct error *err)
{
	bool json = run_has(w->run, OPTION_JSON);
	if (!loop_signal(w->loop, SIGINT, on_signal, w, err) ||
		!loop_signal(w->loop, SIGTERM, on_signal, w, err))
		return false;
	struct rehearsal *r = app_rehearse(w->run->app, w->loop, wish, on_visit, w, err);
	if (!r)
		return false;
	if (!json)
		print_opening(r);
	say(w, json ? opening_json(r) : NULL);
	loop_run(w->loop);
	rehearsal_end(r);
	if (w->err.code != ERROR_NONE)
		*err = w->err;
	return w->err.code == ERROR_NONE;
}

static size_t read_cas(const struct run *run, const char ***out)
{
	size_t count = 0;
	const char *ca;
	*out = mem_new((run->args->given_count + 1) * sizeof **out);
	for (size_t at = 0; (ca = arguments_next(run->args, OPTION_CLIENT_CA, &at));)
		(*out)[count++] = ca;
	return count;
}

static bool rehearse(struct run *run, const struct probe_client *client, struct error *err)
{
	struct watching w = { .run = run, .loop = loop_new(err) };
	const char **cas;
	int64_t port = 0;
	struct rehearse_wish wish = { .tls = run->args->text[OPTION_TLS],
		.identity = client->identity,
		.key = &client->key };
	wish.ca_count = read_cas(run, &cas);
	wish.cas = cas;
	bool ok = w.loop && arguments_number(run->args, OPTION_PORT, 0, 65535, &port, err);
	wish.port = (uint16_t)port;
	ok = ok && watch(&w, &wish, err);
	free(cas);
	loop_free(w.loop);
	return ok;
}

bool run_rehearse(struct run *run, struct error *err)
{
	struct probe_client client = { 0 };
	bool ok = probe_open_identity(run, &client, err) && rehearse(run, &client, err);
	probe_client_done(&client);
	return ok;
}

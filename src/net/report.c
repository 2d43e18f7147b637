#include "net/report.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

static const char *const labels[STEP_COUNT] = {
	[STEP_RESOLVE] = N_("Name resolution"),
	[STEP_CONNECT] = N_("Connection"),
	[STEP_DIALECT] = N_("Go-ahead for TLS"),
	[STEP_HELLO] = N_("Server answers the hello"),
	[STEP_PRESENTS] = N_("Server presents its certificate"),
	[STEP_VERIFY] = N_("Certificate is verified"),
	[STEP_ASKED] = N_("Server asks for a client certificate"),
	[STEP_PROVES] = N_("Client presents its certificate"),
	[STEP_ACCEPTED] = N_("Server accepts"),
	[STEP_ACCESS] = N_("Access"),
};

const char *report_rung_label(enum report_rung rung)
{
	return lang_text(labels[rung]);
}

struct report *report_new(const char *host, uint16_t port, const struct dialect *dialect)
{
	struct report *report = mem_new(sizeof *report);
	report->host = text_safe(host, strlen(host));
	report->port = port;
	report->dialect = dialect;
	report->when = clock_now();
	report->begun = clock_ms();
	report->alert = -1;
	return report;
}

static void free_lists(struct report *report)
{
	for (size_t i = 0; i < report->address_count; i++) {
		free(report->addresses[i].text);
		free(report->addresses[i].outcome);
	}
	for (size_t i = 0; i < report->chain_count; i++) {
		free(report->chain[i].der);
		cert_free(report->chain[i].cert);
		free(report->chain[i].why);
		free(report->chain[i].staple);
	}
	for (size_t i = 0; i < report->authority_count; i++)
		free(report->authorities[i]);
	for (size_t i = 0; i < report->http_count; i++)
		free(report->http[i].line);
	for (size_t i = 0; i < STEP_COUNT; i++)
		free(report->steps[i].text);
	free(report->addresses);
	free(report->chain);
	free(report->authorities);
	free(report->http);
}

void report_done(struct report *report)
{
	free_lists(report);
	free(report->host);
	free(report->ascii);
	free(report->sni);
	free(report->version);
	free(report->cipher);
	free(report->group);
	free(report->signature);
	free(report->alpn);
	free(report->staple);
	free(report->staple_text);
}

void report_free(struct report *report)
{
	if (report)
		report_done(report);
	free(report);
}

static bool ends_with(const struct buf *text, const char *end)
{
	size_t len = strlen(end);
	return text->len >= len && memcmp(text->data + text->len - len, end, len) == 0;
}

static void make_sentence(struct buf *text)
{
	if (text->len == 0)
		return;
	const char *stop = _("."); /* TRANSLATORS: what ends a sentence */
	text->data[0] = (char)toupper((unsigned char)text->data[0]);
	if (!strchr(".?!", text->data[text->len - 1]) && !ends_with(text, stop))
		buf_text_add(text, stop);
}

void report_step(struct report *report, enum report_rung rung, enum report_outcome outcome,
	const char *format, ...)
{
	struct report_step *step = &report->steps[rung];
	struct buf text = { 0 }, safe = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	text_guard(&safe, buf_text(&text));
	buf_done(&text);
	make_sentence(&safe);
	free(step->text);
	step->text = buf_take(&safe);
	step->outcome = outcome;
	step->ms = clock_ms() - report->begun;
}

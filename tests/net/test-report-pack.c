/* Reports through a pipe: what comes out is what went in, or nothing. */
#include "net/report.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/job.h"
#include "base/mem.h"
#include "support/company.h"
#include "support/peer.h"

static struct unpack whole(const struct buf *bytes)
{
	return (struct unpack){ .at = bytes->data, .end = bytes->data + bytes->len };
}

/* Packing what was unpacked gives the same bytes: nothing was lost. */
static struct report *round_trip(const struct report *r)
{
	struct buf first = { 0 }, second = { 0 };
	report_pack(&first, r);
	struct unpack u = whole(&first);
	struct report *copy = report_unpack(&u);
	assert_non_null(copy);
	assert_true(!u.bad && u.at == u.end);
	report_pack(&second, copy);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	buf_done(&first);
	buf_done(&second);
	return copy;
}

static void round_trips(void **state)
{
	struct company *c = *state;
	struct probe_request request = company_request(company_serve(c, NULL, true));
	company_present(c, &request, false);
	request.http = "/";
	struct report *r = round_trip(company_probe(c, &request));
	assert_string_equal(r->address, "127.0.0.1");
	assert_string_equal(r->version, "TLS1.3");
	assert_string_equal(r->http[2].method, "PUT");
	assert_string_equal(r->authorities[0], COMPANY_CA);
	assert_string_equal(r->dialect->name, "tls");
	expect_chain(r);
	report_free(r);
	company_present(c, &request, true);
	r = round_trip(company_probe(c, &request));
	assert_int_equal(r->err.code, ERROR_VERDICT);
	assert_int_equal(r->alert, 48);
	assert_non_null(strstr(r->alert_text, "unknown CA"));
	report_free(r);
	request.port = peer_free_port();
	report_free(round_trip(company_probe(c, &request)));
}

static void cut_or_changed(void **state)
{
	struct company *c = *state;
	struct buf bytes = { 0 };
	struct probe_request request = company_request(company_serve(c, NULL, true));
	request.host = "localhost";
	report_pack(&bytes, company_probe(c, &request));
	for (size_t len = 0; len < bytes.len; len++) {
		char *cut = mem_copy(bytes.data, len + 1); /* its end is watched by sanitizers */
		struct unpack u = { .at = cut, .end = cut + len };
		assert_null(report_unpack(&u));
		assert_true(u.bad);
		free(cut);
	}
	for (size_t i = 0; i < bytes.len; i++) {
		char was = bytes.data[i];
		bytes.data[i] = (char)(was ^ 0x81);
		struct unpack u = whole(&bytes);
		report_free(report_unpack(&u)); /* anything but a crash */
		bytes.data[i] = was;
	}
	buf_done(&bytes);
}

static void expect_refused(const struct report *r)
{
	struct buf bytes = { 0 };
	report_pack(&bytes, r);
	struct unpack u = whole(&bytes);
	assert_null(report_unpack(&u));
	buf_done(&bytes);
}

static void times_that_are_none(void **state)
{
	struct report *r = report_new("h.example", 443, dialect_named("tls"));
	struct buf bytes = { 0 };
	(void)state;
	report_pack(&bytes, r);
	struct unpack u = whole(&bytes);
	struct report *fine = report_unpack(&u);
	assert_non_null(fine);
	report_free(fine);
	r->when = INT64_MAX;
	expect_refused(r);
	r->when = 0;
	r->ms = -1;
	expect_refused(r);
	report_free(r);
	buf_done(&bytes);
}

/* --- a probe in a job ------------------------------------------------------------------------- */

struct errand {
	struct probe_request request;
	struct loop *loop;
	struct job_pipe *out;
	struct report *got;
	bool ended;
};

static void send_report(void *ctx, struct report *report)
{
	struct errand *errand = ctx;
	struct buf bytes = { 0 };
	report_pack(&bytes, report);
	job_send(errand->out, 1, bytes.data, bytes.len);
	buf_done(&bytes);
	report_free(report);
	loop_stop(errand->loop);
}

static bool run_errand(struct job_pipe *out, void *arg, struct error *err)
{
	struct errand *errand = arg;
	errand->out = out;
	errand->loop = loop_new(err);
	struct prober *prober = prober_new(errand->loop, 1);
	if (!probe_start(prober, &errand->request, send_report, NULL, errand, err))
		return false;
	loop_run(errand->loop);
	prober_free(prober);
	loop_free(errand->loop);
	return true;
}

static void on_record(void *ctx, uint32_t type, const char *bytes, size_t len)
{
	struct errand *errand = ctx;
	struct unpack u = { .at = bytes, .end = bytes + len };
	assert_int_equal(type, 1);
	errand->got = report_unpack(&u);
}

static void on_end(void *ctx, bool ok, const struct error *err)
{
	struct errand *errand = ctx;
	if (!ok)
		fail_msg("%s", err->text);
	errand->ended = true;
}

static void in_a_job(void **state)
{
	struct company *c = *state;
	struct job_limits limits = { .wall_seconds = 60, .memory = 128u << 20, .walls = { .may = CONFINE_NET } };
	struct errand errand = { .request = company_request(company_serve(c, NULL, false)) };
	errand.request.host = "localhost"; /* with a thread, in the child */
	assert_non_null(job_start(
		c->loop, &limits, run_errand, &errand, on_record, on_end, &errand, NULL));
	while (!errand.ended)
		loop_step(c->loop, 1000);
	assert_non_null(errand.got);
	assert_int_equal(errand.got->err.code, ERROR_NONE);
	expect_chain(errand.got);
	report_free(errand.got);
}

#define PACK_TEST(f) cmocka_unit_test_setup_teardown(f, company_setup, company_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PACK_TEST(round_trips),
		PACK_TEST(cut_or_changed),
		PACK_TEST(times_that_are_none),
		PACK_TEST(in_a_job),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	notary_forget();
	return failed;
}

/* Names are taken apart by the resolver's routines, which know about compression; the rest is checked here. */
#include "net/mx.h"

#include <netinet/in.h>

#include <arpa/nameser.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ANSWER_MOST 8192
#define RECORD_HEAD 10
#define WAIT        2 /* seconds for each server */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void keep(struct mx *out, unsigned preference, unsigned *least, const char *host)
{
	if (out->count && preference > *least)
		return;
	if (preference < *least || !out->count) {
		mx_done(out);
		*least = preference;
	}
	if (out->count < MX_MOST)
		out->hosts[out->count++] = mem_text(host);
}

struct answer {
	const unsigned char *bytes, *at, *end;
};

static bool skip_name(struct answer *a)
{
	int len = dn_skipname(a->at, a->end);
	if (len < 0 || len > a->end - a->at)
		return false;
	a->at += len;
	return true;
}

static unsigned two(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* Letters, digits and hyphens (RFC 1123, section 2.1): what is written with others is no name of a host. */
static bool is_host(const char *name)
{
	const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	return *name != '-' && *name != '.' && name[strspn(name, allowed)] == '\0';
}

/* RFC 1035, 4.1.3: name, type, class, time to live, length; of an MX record a preference, then a name. */
static bool read_record(struct answer *a, struct mx *out, unsigned *least, bool *any)
{
	char host[NS_MAXDNAME];
	if (!skip_name(a) || a->end - a->at < RECORD_HEAD)
		return false;
	const unsigned char *head = a->at, *data = head + RECORD_HEAD;
	size_t len = two(head + 8);
	if (len > (size_t)(a->end - data))
		return false;
	a->at = data + len;
	if (two(head) != ns_t_mx || len < 3)
		return true;
	if (dn_expand(a->bytes, a->end, data + 2, host, sizeof host) < 0)
		return false;
	*any = true;
	if (*host && is_host(host))
		keep(out, two(data), least, host);
	return true;
}

bool mx_read(const unsigned char *bytes, size_t len, struct mx *out)
{
	struct answer a = { .bytes = bytes, .at = bytes, .end = bytes + len };
	unsigned least = 0;
	bool any = false;
	*out = (struct mx){ 0 };
	if (len < NS_HFIXEDSZ)
		return false;
	unsigned questions = two(bytes + 4), records = two(bytes + 6);
	a.at += NS_HFIXEDSZ;
	for (; questions > 0; questions--) {
		if (!skip_name(&a) || a.end - a.at < NS_QFIXEDSZ)
			return false;
		a.at += NS_QFIXEDSZ;
	}
	while (records > 0 && read_record(&a, out, &least, &any))
		records--;
	if (out->count)
		qsort(out->hosts, out->count, sizeof *out->hosts, by_name);
	return any;
}

bool mx_find(const char *domain, struct mx *out)
{
	unsigned char answer[ANSWER_MOST];
	*out = (struct mx){ 0 };
	if (res_init() != 0)
		return false;
	_res.retrans = WAIT;
	_res.retry = 1;
	int len = res_query(domain, ns_c_in, ns_t_mx, answer, sizeof answer);
	return len > 0 && (size_t)len <= sizeof answer && mx_read(answer, (size_t)len, out);
}

void mx_done(struct mx *mx)
{
	for (size_t i = 0; i < mx->count; i++)
		free(mx->hosts[i]);
	*mx = (struct mx){ 0 };
}

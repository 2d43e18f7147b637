#include "pki/odd-name.h"

#include <ctype.h>
#include <string.h>

#include "pki/general-name.h"

#define LABEL_MAX    63
#define HOST_MAX     253
#define COMPARED_MAX 10000 /* bases of a hostile list */

static bool is_host_letter(uint8_t c)
{
	return c < 0x80 && (isalnum(c) || c == '-' || c == '_');
}

/* Labels with a dot between them; how many there are, 0 where one of them isn't one. */
static size_t labels_of(struct der host)
{
	size_t count = 1, len = 0;
	if (host.len == 0 || host.len > HOST_MAX)
		return 0;
	for (size_t i = 0; i < host.len; i++) {
		bool dot = host.data[i] == '.';
		if (dot ? len == 0 : !is_host_letter(host.data[i]) || len == LABEL_MAX)
			return 0;
		len = dot ? 0 : len + 1;
		count += dot;
	}
	return len > 0 ? count : 0;
}

static bool is_odd_host(struct der host)
{
	bool wild = host.len > 2 && memcmp(host.data, "*.", 2) == 0;
	if (wild)
		return labels_of((struct der){ host.data + 2, host.len - 2 }) < 2;
	return labels_of(host) == 0;
}

static bool is_odd_mailbox(struct der box)
{
	const uint8_t *at = box.len > 0 ? memchr(box.data, '@', box.len) : NULL;
	size_t behind = at ? box.len - (size_t)(at + 1 - box.data) : 0;
	return !at || at == box.data || behind == 0 || memchr(at + 1, '@', behind);
}

bool name_is_odd(const struct der_item *item)
{
	unsigned kind = item->tag & 0x1fU;
	if ((item->tag & 0xc0) != DER_CONTEXT)
		return true;
	if (kind == GN_DNS)
		return is_odd_host(item->body);
	if (kind == GN_IP)
		return item->body.len != 4 && item->body.len != 16;
	return kind == GN_EMAIL && is_odd_mailbox(item->body);
}

/* An address and a mask of its length, which has no gaps. */
static bool is_odd_net(struct der net)
{
	bool ended = false;
	if (net.len != 8 && net.len != 32)
		return true;
	for (size_t bit = 0; bit < 4 * net.len; bit++) {
		bool one = (net.data[net.len / 2 + bit / 8] >> (7 - bit % 8) & 1) != 0;
		if (one && ended)
			return true;
		ended = !one;
	}
	return false;
}

/* One whole mailbox, a host, or with a dot before it what is below that host. */
static bool is_odd_mail_base(struct der base)
{
	if (base.len > 0 && memchr(base.data, '@', base.len))
		return is_odd_mailbox(base);
	if (base.len > 0 && base.data[0] == '.')
		base = (struct der){ base.data + 1, base.len - 1 };
	return labels_of(base) == 0;
}

static bool is_odd_base(const struct der_item *base)
{
	unsigned kind = base->tag & 0x1fU;
	if ((base->tag & 0xc0) != DER_CONTEXT)
		return true;
	if (kind == GN_DNS)
		return base->body.len > 0 && labels_of(base->body) == 0;
	if (kind == GN_IP)
		return is_odd_net(base->body);
	return kind == GN_EMAIL && base->body.len > 0 && is_odd_mail_base(base->body);
}

static bool is_odd_list(struct der list)
{
	struct der tree;
	struct der_item base;
	for (size_t i = 0; i < COMPARED_MAX && der_take(&list, DER_SEQUENCE, &tree); i++)
		if (!der_next(&tree, &base) || is_odd_base(&base))
			return true;
	return false;
}

bool constraints_are_odd(struct der body)
{
	struct der permitted = { 0 }, excluded = { 0 };
	der_take(&body, DER_INSIDE + 0, &permitted);
	der_take(&body, DER_INSIDE + 1, &excluded);
	return (permitted.len == 0 && excluded.len == 0) || is_odd_list(permitted) ||
	       is_odd_list(excluded);
}

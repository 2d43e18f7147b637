/*
 * What consumers make of an anchor, measured with each program: a server that sends its certificate
 * with the intermediate, and an anchor that is the root, the intermediate or the certificate
 * itself.
 *
 * A root, and a certificate that signed itself, satisfies all of them.
 */
#include <string.h>

#include "base/lang.h"
#include "deploy/deploy.h"

#define AT(shape) (1u << (shape))
#define ALWAYS    (AT(ANCHOR_ROOT) | AT(ANCHOR_SELF_SIGNED))
#define ANY       (ALWAYS | AT(ANCHOR_INTERMEDIATE) | AT(ANCHOR_LEAF))
#define CAS       (ALWAYS | AT(ANCHOR_INTERMEDIATE))

/* In the order in which a sentence has them: those that take more first. */
static const struct consumer {
	const char *name;
	unsigned takes; /* AT() each shape */
	bool ignores_expiry;
	const char *reads; /* the kinds of target, blanks between */
} consumers[] = {
	{ "curl", ANY, false, "pem-bundle openssl-dir system p11-kit" },
	{ "Go", ANY, false, "pem-bundle openssl-dir system p11-kit" },
	{ "Java", ANY, true, "java system" },
	{ "wget", CAS, false, "pem-bundle openssl-dir system p11-kit" },
	{ "git", CAS, false, "pem-bundle openssl-dir system p11-kit" },
	{ "OpenLDAP", CAS, false, "pem-bundle system p11-kit" },
	{ "Python", ALWAYS, false, "pem-bundle openssl-dir system p11-kit" },
	{ "Node", ALWAYS, false, "pem-bundle openssl-dir" },
	{ "libpq", ALWAYS, false, "pem-bundle postgres-client" },
	{ "MariaDB", ALWAYS, false, "pem-bundle" },
};
#define CONSUMERS (sizeof consumers / sizeof *consumers)

/* What those want that refuse it. */
static const char *const instead[] = {
	[ANCHOR_ROOT] = NULL,
	[ANCHOR_INTERMEDIATE] = N_("its root"),
	[ANCHOR_SELF_SIGNED] = NULL,
	[ANCHOR_LEAF] = N_("its CA"),
};

static bool reads(const struct consumer *consumer, const struct target_kind *kind)
{
	size_t len = strlen(kind->name);
	for (const char *at = consumer->reads; (at = strstr(at, kind->name)); at += len)
		if ((at == consumer->reads || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

static bool is_asked(const struct consumer *consumer, const struct target_kind *const *kinds,
	size_t count)
{
	bool asked = !kinds;
	for (size_t i = 0; i < count && !asked; i++)
		asked = reads(consumer, kinds[i]);
	return asked;
}

struct names {
	const char *items[CONSUMERS];
	size_t count;
};

/* "curl, Go and Java" */
static const char *list_names(const struct names *names, struct buf *out)
{
	for (size_t i = 0; i < names->count; i++)
		buf_format(out, "%s%s",
			i == 0                 ? ""
			: i + 1 < names->count ? _(", ")
					       : _(" and "),
			names->items[i]);
	return buf_text(out);
}

/* "curl and Go will accept it; Python and Node will not: they want its root." */
static void put_sentence(const struct names *take, const struct names *refuse, const char *want,
	struct buf *out)
{
	struct buf takers = { 0 }, refusers = { 0 };
	if (refuse->count == 0)
		return;
	list_names(take, &takers);
	list_names(refuse, &refusers);
	if (take->count)
		buf_format(out,
			lang_n("%s will accept it; %s will not: it wants %s.\n",
				"%s will accept it; %s will not: they want %s.\n", refuse->count),
			buf_text(&takers), buf_text(&refusers), lang_text(want));
	else
		buf_format(out,
			lang_n("%s will not accept it: it wants %s.\n",
				"%s will not accept it: they want %s.\n", refuse->count),
			buf_text(&refusers), lang_text(want));
	buf_done(&takers);
	buf_done(&refusers);
}

void deploy_acceptance(enum anchor_shape shape, bool expired,
	const struct target_kind *const *kinds, size_t count, struct buf *out)
{
	struct names take = { 0 }, refuse = { 0 }, nevertheless = { 0 };
	for (size_t i = 0; i < CONSUMERS; i++) {
		const struct consumer *consumer = &consumers[i];
		if (!is_asked(consumer, kinds, count))
			continue;
		bool takes = consumer->takes & AT(shape);
		struct names *to = takes ? &take : &refuse;
		to->items[to->count++] = consumer->name;
		if (takes && consumer->ignores_expiry)
			nevertheless.items[nevertheless.count++] = consumer->name;
	}
	put_sentence(&take, &refuse, instead[shape], out);
	if (!expired || nevertheless.count == 0)
		return;
	struct buf names = { 0 };
	buf_format(out,
		nevertheless.count < take.count ?
			_("%s will accept it although it has expired; the others will not.\n") :
			_("%s will accept it although it has expired.\n"),
		list_names(&nevertheless, &names));
	buf_done(&names);
}

/*
 * PKCS#12 (RFC 7292): the certificates of a keystore; its keys are handed on as they are sealed.
 *
 * The file is walked twice.  The first walk adds up the key-derivation rounds that it demands, all
 * containers together, so that a file that wants hours of work is refused before any is done.  The
 * second one reads.
 */
#include "codec/intake.h"
#include "base/lang.h"
#include "codec/pbe.h"
#include "codec/pfx.h"
#include "codec/safe-bag.h"

static enum opened read_container(struct intake *in, const struct pfx_container *container,
	const char *password, struct error *err)
{
	struct buf text = { .secret = true };
	struct span contents;
	enum opened opened = pfx_open(container, password, &text, &contents, err);

	if (opened == OPENED && !safe_bag_read(in, contents, err))
		opened = DAMAGED;
	if (container->encrypted)
		in->proved = in->proved || opened == OPENED;
	buf_wipe(&text);
	return opened;
}

/* Encrypted ones come first, so that a wrong password is known before anything was collected. */
static enum opened read_containers(struct intake *in, const struct pfx *pfx, bool want_encrypted,
	const char *password, struct error *err)
{
	struct span at = pfx->containers;
	enum opened opened = OPENED;
	struct pfx_container container;

	while (opened == OPENED && pfx_next(&at, &container)) {
		if (container.encrypted == want_encrypted)
			opened = read_container(in, &container, password, err);
	}
	return opened;
}

static enum opened open_with(
	struct intake *in, const struct pfx *pfx, const char *password, struct error *err)
{
	enum opened opened;

	if (pfx->has_mac && !pbe_mac_check(&pfx->mac, password, pfx->safes))
		return WRONG_PASSWORD;
	in->proved = pfx->has_mac;
	opened = read_containers(in, pfx, true, password, err);
	return opened == OPENED ? read_containers(in, pfx, false, password, err) : opened;
}

/*
 * An empty password is written in two ways; it is tried where none is known.  Where a container has
 * been opened, its password was right and another one can't help.
 */
static enum answer open_pfx(struct intake *in, const struct pfx *pfx, struct error *err)
{
	const char *known = in->options->password;
	const char *tries[] = { known ? known : "", NULL };
	size_t count = known && *known ? 1 : 2;
	enum opened opened = WRONG_PASSWORD;

	for (size_t i = 0; i < count && opened == WRONG_PASSWORD; i++) {
		if (in->certificates || in->others)
			break;
		opened = open_with(in, pfx, tries[i], err);
	}
	if (opened == WRONG_PASSWORD)
		error_set(err, ERROR_SECRET, "%s",
			known ? _("the password is wrong (or the file was changed)")
			      : _("needs its password"));
	return opened == OPENED ? ANSWER_READ : ANSWER_BROKEN;
}

enum answer pkcs12_read(struct intake *in, struct span bytes, struct error *err)
{
	struct pfx pfx = { .keys = in->keyring };
	enum answer answer = pfx_parse(bytes, &pfx, err);

	if (answer != ANSWER_READ)
		return answer;
	if (!pbe_cost_fits(&pfx.cost, in->options->limits.kdf_rounds, err))
		return ANSWER_BROKEN;
	return open_pfx(in, &pfx, err);
}

/*
 * drive-truststore BUNDLE FILE jks|pkcs12 PASSWORD - write a truststore with every certificate of a
 * file, read it again and compare; make bench measures it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "codec/truststore.h"
#include "pki/cert.h"

static void die(const char *why)
{
	fprintf(stderr, "drive-truststore: %s\n", why);
	exit(1);
}

static void read_all(const char *path, struct buf *out)
{
	struct error err = { 0 };

	if (!fs_read(AT_FDCWD, path, FS_FOLLOW, SIZE_MAX / 4, out, NULL, &err))
		die(err.text);
}

static void write_all(const char *path, const struct buf *bytes)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes->data, 1, bytes->len, file) != bytes->len || fclose(file) != 0)
		die("can't write");
}

static void fill(struct bag *bag, struct export_list *list)
{
	struct export_item *items = mem_new((bag->count + 1) * sizeof(*items));
	struct cert *cert = NULL;

	for (size_t i = 0; i < bag->count; i++) {
		const struct bag_item *item = &bag->items[i];

		if (item->kind != BAG_CERT || !item->cert)
			continue;
		cert = item->cert;
		items[list->count++] = (struct export_item){ .der = item->der,
			.len = item->len,
			.name = cert_proposed_name(cert_info(cert)),
			.sha256 = cert_info(cert)->sha256 };
	}
	list->items = items;
}

int main(int argc, char **argv)
{
	struct bag_options options = { .password = argc > 4 ? argv[4] : NULL };
	struct export_list list = { .now = 1800000000 };
	struct truststore_change change;
	struct buf bytes = { 0 };
	struct error err = { 0 };
	struct truststore *ts;
	struct bag bag = { 0 };

	if (argc != 5)
		die("BUNDLE FILE jks|pkcs12 PASSWORD");
	read_all(argv[1], &bytes);
	if (!bag_read(bytes.data, bytes.len, &options, &bag, &err))
		die(err.text);
	fill(&bag, &list);
	if (!truststore_new(strcmp(argv[3], "jks") ? TRUSTSTORE_PKCS12 : TRUSTSTORE_JKS, argv[4], &ts,
		    &err))
		die(err.text);
	truststore_hold(ts, &list, &change);
	buf_cut(&bytes, 0);
	if (!truststore_write(ts, &bytes, &err))
		die(err.text);
	truststore_free(ts);
	write_all(argv[2], &bytes);
	buf_cut(&bytes, 0);
	read_all(argv[2], &bytes);
	if (!truststore_read(bytes.data, bytes.len, &options, &ts, &err))
		die(err.text);
	truststore_hold(ts, &list, &change);
	if (change.kept != list.count || change.added || change.removed)
		die("what was read isn't what was written");
	return 0;
}

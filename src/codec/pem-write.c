/*
 * PEM files, and the DER of one certificate.
 *
 * A name stands before each block of a bundle, where RFC 7468 allows any text.  Readers differ in
 * what text they bear: Java takes a file that begins with 0 for DER, and GnuTLS looks for the dashes
 * of a BEGIN line anywhere in a line.  So the line begins with # and no two dashes follow each other.
 */
#include "codec/pem.h"
#include "codec/writers.h"

static void put_name(struct buf *out, const char *name)
{
	buf_text_add(out, "# ");
	for (const char *p = name; *p; p++)
		if (p[0] != '-' || p[1] != '-')
			buf_char(out, *p);
	buf_char(out, '\n');
}

static bool write_blocks(const struct export_list *list, bool named, struct buf *out)
{
	for (size_t i = 0; i < list->count; i++) {
		if (named)
			put_name(out, list->items[i].name);
		pem_write(out, "CERTIFICATE", list->items[i].der, list->items[i].len);
	}
	return true;
}

bool pem_write_named(const struct export_list *list, struct buf *out, struct error *err)
{
	(void)err;
	return write_blocks(list, true, out);
}

/* What a server presents goes through many hands and forms, of which some want nothing but blocks. */
bool pem_write_bare(const struct export_list *list, struct buf *out, struct error *err)
{
	(void)err;
	return write_blocks(list, false, out);
}

bool der_write(const struct export_list *list, struct buf *out, struct error *err)
{
	(void)err;
	buf_add(out, list->items[0].der, list->items[0].len);
	return true;
}

#include "store/endpoints.h"

#include <string.h>
#include <sys/stat.h>

#include "store/internal.h"


bool store_read_endpoints(const struct store *store, struct buf *out, char base[FINGERPRINT_HEX],
	struct error *err)
{
	struct fingerprint hash;
	struct fs_stamp stamp;
	size_t from = out->len;
	base[0] = '\0';
	if (store->root < 0 || !fs_exists(store->root, ENDPOINTS_FILE))
		return true;
	if (!fs_read(store->root, ENDPOINTS_FILE, FS_NOFOLLOW, ENDPOINTS_MOST, out, &stamp, err))
		return false;
	if (stamp.mode & S_IWOTH)
		return error_set(err, ERROR_FAILED,
			"%s/%s: everybody may write to it, so it isn't believed (chmod o-w)",
			store_path(store), ENDPOINTS_FILE);
	fingerprint_of(out->data + from, out->len - from, &hash);
	fingerprint_hex(&hash, base);
	return true;
}

bool store_may_run_commands(const struct store *store, struct error *err)
{
	struct fs_stamp stamp;
	if (fs_stamp(store->root, ".", &stamp) && !fs_is_trusted(&stamp, store_path(store), err))
		return false;
	return !fs_stamp(store->root, ENDPOINTS_FILE, &stamp) ||
	       fs_is_trusted(&stamp, ENDPOINTS_FILE, err);
}

void plan_endpoints(struct plan *plan, const char *name, const char *was, const char *now,
	const struct buf *text, const char *base)
{
	struct fingerprint about;
	fingerprint_of(name, strlen(name), &about);
	const struct plan_file file = { FOLDER_ROOT, ENDPOINTS_FILE, &about, name, was, now };
	if (*base)
		plan_file_edit(plan, &file, text->data, text->len, base);
	else
		plan_file_create(plan, &file, text->data, text->len);
	plan->rows[plan->count - 1].typed = true;
}

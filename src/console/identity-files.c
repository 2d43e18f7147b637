#include "console/desk.h"

void file_work_close(struct desk *desk)
{
	(void)desk;
}
#define STUB(name) enum reaction name(struct desk *desk) { (void)desk; return REACT_NONE; }
STUB(action_import_identity) STUB(action_export_identity) STUB(action_attach) STUB(action_sign)
STUB(action_issued) STUB(action_open_issued) STUB(action_revoke) STUB(action_crl) STUB(action_paper_save)

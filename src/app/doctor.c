#include "app/doctor.h"

#include "app/internal.h"
#include "store/doctor.h"

bool app_doctor(struct app *app, bool mend, struct findings *out, struct error *err)
{
	return doctor_run(app_store(app), mend && !app_read_only(app), out, err);
}

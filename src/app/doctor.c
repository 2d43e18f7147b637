#include "app/doctor.h"

#include "app/endpoint.h"
#include "app/internal.h"
#include "store/doctor.h"
#include "store/endpoints.h"

/* The store keeps this file as bytes: what they mean is known here. */
static void check_endpoints(struct app *app, struct findings *out)
{
	struct endpoints all = { 0 };
	struct error err = { 0 };
	if (app_endpoints(app, &all, &err))
		endpoints_done(&all);
	else
		findings_add(out, "endpoints", ENDPOINTS_FILE,
			"no endpoint can be checked until it is mended by hand: %s", err.text);
}

bool app_doctor(struct app *app, bool mend, struct findings *out, struct error *err)
{
	if (!doctor_run(app_store(app), mend && !app_read_only(app), out, err))
		return false;
	check_endpoints(app, out);
	return true;
}

#include "app/house.h"

struct policy house_policy(const struct app *app)
{
	const struct settings *s = app_settings(app);
	return (struct policy){
		.required = settings_text(s, SETTING_SUBJECT_REQUIRED),
		.rsa_bits = (unsigned)settings_int(s, SETTING_LEAST_RSA_BITS),
		.ec_bits = (unsigned)settings_int(s, SETTING_LEAST_EC_BITS),
		.server_days = (unsigned)settings_int(s, SETTING_LONGEST_SERVER_DAYS),
		.kind = settings_word(s, SETTING_DEFAULT_KEY),
		.days = (unsigned)settings_int(s, SETTING_DEFAULT_DAYS),
		.country = settings_text(s, SETTING_DEFAULT_COUNTRY),
		.state = settings_text(s, SETTING_DEFAULT_STATE),
		.locality = settings_text(s, SETTING_DEFAULT_LOCALITY),
		.organisation = settings_text(s, SETTING_DEFAULT_ORGANISATION),
		.unit = settings_text(s, SETTING_DEFAULT_UNIT),
	};
}

#ifndef CERTARY_SRC_CONF_SETTINGS_TABLE_H
#define CERTARY_SRC_CONF_SETTINGS_TABLE_H

#include "conf/settings.h"

extern const struct setting_row setting_rows[SETTING_COUNT];

#endif

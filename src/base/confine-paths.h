/* Landlock: which files a process may open. */
#ifndef CERTARY_BASE_CONFINE_PATHS_H
#define CERTARY_BASE_CONFINE_PATHS_H

#include "base/confine.h"

bool confine_paths(const struct confine *walls); /* no_new_privs is to be set; false: not walled */
int confine_paths_version(void);                 /* 0: the kernel has none, or it is switched off */

#endif

#include "library.h"

#include <dlfcn.h>
#include <string.h>

static enum status not_loaded(const char *file, struct diag *why)
{
	return diag_set(why, ST_BUG, NULL, "%s cannot be loaded: %s", file,
			dlerror());
}

enum status library_load(const char *file, const struct library_symbol *symbols,
			 size_t n, struct diag *why)
{
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	enum status st = handle ? ST_OK : not_loaded(file, why);

	for (size_t i = 0; i < n && st == ST_OK; i++) {
		void *found = dlsym(handle, symbols[i].name);

		memcpy(symbols[i].to, &found, sizeof(found));
		if (!found)
			st = not_loaded(file, why);
	}
	if (handle)
		dlclose(handle);
	return st;
}

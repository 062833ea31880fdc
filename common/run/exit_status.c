#include "exit_status.h"

/* <sysexits.h>, without those that a verdict gives. */
static const struct {
	enum status st;
	int code;
} errors[] = {
	{ ST_OK, 0 },	     { ST_DNS, EXIT_TEMPORARY },
	{ ST_USAGE, 64 },    { ST_NOT_MESSAGE, 65 },
	{ ST_REFUSED, 65 },  { ST_NOT_KEY, 65 },
	{ ST_NO_INPUT, 66 }, { ST_BUG, 70 },
	{ ST_OS, 71 },	     { ST_CANT_CREATE, 73 },
	{ ST_IO, 74 },	     { ST_PERMISSION, 77 },
	{ ST_CONFIG, 78 },   { ST_NO_SIGNER, 78 },
};

int exit_status(enum status st)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (errors[i].st == st)
			return errors[i].code;
	return EXIT_FAILED;
}

static int severity(int code)
{
	return code == 0		? 0
	       : code == EXIT_NOTHING	? 1
	       : code == EXIT_FAILED	? 2
	       : code == EXIT_TEMPORARY ? 3
					: 4;
}

int exit_worse(int a, int b)
{
	return severity(b) > severity(a) ? b : a;
}

int exit_for_mta(int code, bool refused)
{
	return code == 0 || refused ? code : EXIT_TEMPORARY;
}

const char *exit_text(int code)
{
	static const char *const words[] = {
		[0] = "success",
		[EXIT_FAILED] = "verification failed",
		[EXIT_NOTHING] = "nothing to check",
		[64] = "usage error",
		[65] = "input data not valid",
		[66] = "input not found",
		[70] = "internal error",
		[71] = "system error",
		[73] = "file cannot be created",
		[74] = "input/output error",
		[EXIT_TEMPORARY] = "DNS gave no answer",
		[77] = "file not accessible",
		[78] = "configuration error",
	};
	bool known = code >= 0 && (size_t)code < sizeof(words) / sizeof(*words);

	return known && words[code] ? words[code] : "error";
}

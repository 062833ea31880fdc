#include "suffix.h"

#include <stdlib.h>
#include <string.h>

/* In the order of strcmp. */
static const char *const suffixes[] = {
	"ac.id",  "ac.il",  "ac.jp",  "ac.kr",	"ac.nz",  "ac.uk",  "ac.za",
	"co.id",  "co.il",  "co.in",  "co.jp",	"co.ke",  "co.kr",  "co.nz",
	"co.th",  "co.uk",  "co.ve",  "co.za",	"com.ar", "com.au", "com.bd",
	"com.br", "com.cn", "com.co", "com.eg", "com.hk", "com.mx", "com.my",
	"com.ng", "com.pe", "com.ph", "com.pk", "com.pl", "com.sa", "com.sg",
	"com.tr", "com.tw", "com.ua", "com.vn", "edu.au", "edu.br", "edu.cn",
	"edu.tr", "edu.tw", "go.jp",  "go.kr",	"gob.mx", "gov.au", "gov.br",
	"gov.cn", "gov.in", "gov.tr", "gov.tw", "gov.uk", "gov.za", "me.uk",
	"ne.jp",  "ne.kr",  "net.au", "net.br", "net.cn", "net.nz", "net.uk",
	"nhs.uk", "or.jp",  "or.kr",  "org.au", "org.br", "org.cn", "org.il",
	"org.nz", "org.tr", "org.tw", "org.uk", "org.za", "sch.uk",
};

static int compare(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

bool suffix_is(const struct name *n)
{
	return bsearch(n->text, suffixes, sizeof(suffixes) / sizeof(*suffixes),
		       sizeof(*suffixes), compare) != NULL;
}

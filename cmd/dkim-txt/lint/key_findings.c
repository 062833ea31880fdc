#include "key_findings.h"

KEY_FINDINGS(FINDING_DEFINE)

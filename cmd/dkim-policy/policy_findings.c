#include "policy_findings.h"

POLICY_FINDINGS(FINDING_DEFINE)

/** The operations on risk policies. */
import type { Operation } from "../kernel/operation.ts";
import { backtestPolicy } from "./operations/backtest-policy.ts";
import { checkLoops } from "./operations/check-loops.ts";
import { createPolicy } from "./operations/create-policy.ts";
import { deletePolicy } from "./operations/delete-policy.ts";
import { enforcePolicies } from "./operations/enforce-policies.ts";
import { getHeadroom } from "./operations/get-headroom.ts";
import { getPolicy } from "./operations/get-policy.ts";
import { listPolicies } from "./operations/list-policies.ts";
import { listRiskAudit } from "./operations/list-risk-audit.ts";
import { listRiskEvents } from "./operations/list-risk-events.ts";
import { topUpPolicy } from "./operations/top-up-policy.ts";
import { undoIntervention } from "./operations/undo-intervention.ts";
import { updatePolicy } from "./operations/update-policy.ts";

export const RISK_OPERATIONS: readonly Operation[] = [
  createPolicy,
  listPolicies,
  getPolicy,
  updatePolicy,
  deletePolicy,
  topUpPolicy,
  getHeadroom,
  listRiskEvents,
  listRiskAudit,
  undoIntervention,
  enforcePolicies,
  checkLoops,
  backtestPolicy,
];

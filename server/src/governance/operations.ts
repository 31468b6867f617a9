/** The operations on requests, grants and rollbacks. */
import type { Operation } from "../kernel/operation.ts";
import { applyGrant } from "./operations/apply-grant.ts";
import { approveRequest } from "./operations/approve-request.ts";
import { claimEvidence } from "./operations/claim-evidence.ts";
import { denyRequest } from "./operations/deny-request.ts";
import { expireGovernance } from "./operations/expire-governance.ts";
import { gatherEvidence } from "./operations/gather-evidence.ts";
import { getBoundaries } from "./operations/get-boundaries.ts";
import { getRequest } from "./operations/get-request.ts";
import { listGrants } from "./operations/list-grants.ts";
import { listPending } from "./operations/list-pending.ts";
import { listRequests } from "./operations/list-requests.ts";
import { previewRollback } from "./operations/preview-rollback.ts";
import { remindRequests } from "./operations/remind-requests.ts";
import { revokeGrant } from "./operations/revoke-grant.ts";
import { rollbackChange } from "./operations/rollback-change.ts";
import { saveEvidence } from "./operations/save-evidence.ts";
import { setRequiredApprovals } from "./operations/set-required-approvals.ts";
import { submitRequest } from "./operations/submit-request.ts";

export const GOVERNANCE_OPERATIONS: readonly Operation[] = [
  submitRequest,
  listRequests,
  listPending,
  getRequest,
  approveRequest,
  denyRequest,
  applyGrant,
  listGrants,
  revokeGrant,
  previewRollback,
  rollbackChange,
  getBoundaries,
  setRequiredApprovals,
  expireGovernance,
  remindRequests,
  claimEvidence,
  gatherEvidence,
  saveEvidence,
];

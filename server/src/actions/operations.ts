/** The operations on actions, standing rules and bypasses. */
import type { Operation } from "../kernel/operation.ts";
import { approveAction } from "./operations/approve-action.ts";
import { cancelAction } from "./operations/cancel-action.ts";
import { createRule } from "./operations/create-rule.ts";
import { decideActions } from "./operations/decide-actions.ts";
import { deleteRule } from "./operations/delete-rule.ts";
import { endBypass } from "./operations/end-bypass.ts";
import { expireActions } from "./operations/expire-actions.ts";
import { getAction } from "./operations/get-action.ts";
import { getBypasses } from "./operations/get-bypasses.ts";
import { getRules } from "./operations/get-rules.ts";
import { getTypes } from "./operations/get-types.ts";
import { listActions } from "./operations/list-actions.ts";
import { listPending } from "./operations/list-pending.ts";
import { markAttempt } from "./operations/mark-attempt.ts";
import { markLookup } from "./operations/mark-lookup.ts";
import { proposeAction } from "./operations/propose-action.ts";
import { rejectAction } from "./operations/reject-action.ts";
import { resolveAction } from "./operations/resolve-action.ts";
import { retryAction } from "./operations/retry-action.ts";
import { startBypass } from "./operations/start-bypass.ts";
import { takeActions } from "./operations/take-actions.ts";

export const ACTION_OPERATIONS: readonly Operation[] = [
  getTypes,
  proposeAction,
  listActions,
  listPending,
  getAction,
  approveAction,
  rejectAction,
  cancelAction,
  retryAction,
  resolveAction,
  decideActions,
  getRules,
  createRule,
  deleteRule,
  startBypass,
  getBypasses,
  endBypass,
  takeActions,
  markAttempt,
  markLookup,
  expireActions,
];

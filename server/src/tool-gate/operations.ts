/** The operations on gate rules, and the calls that they decide about. */
import type { Operation } from "../kernel/operation.ts";
import { askPermission } from "./operations/ask-permission.ts";
import { checkCall } from "./operations/check-call.ts";
import { createGateRule } from "./operations/create-gate-rule.ts";
import { deleteGateRule } from "./operations/delete-gate-rule.ts";
import { getGateRules } from "./operations/get-gate-rules.ts";
import { rollUp } from "./operations/roll-up.ts";

export const TOOL_GATE_OPERATIONS: readonly Operation[] = [
  getGateRules,
  createGateRule,
  deleteGateRule,
  askPermission,
  checkCall,
  rollUp,
];

/** The operations on alert rules and alerts. */
import type { Operation } from "../kernel/operation.ts";
import { acknowledgeEvent } from "./operations/acknowledge-event.ts";
import { createRule } from "./operations/create-rule.ts";
import { deleteRule } from "./operations/delete-rule.ts";
import { getRule } from "./operations/get-rule.ts";
import { listEvents } from "./operations/list-events.ts";
import { listRules } from "./operations/list-rules.ts";
import { sendRuleTest } from "./operations/send-rule-test.ts";
import { updateRule } from "./operations/update-rule.ts";

export const ALERT_OPERATIONS: readonly Operation[] = [
  createRule,
  listRules,
  getRule,
  updateRule,
  deleteRule,
  sendRuleTest,
  listEvents,
  acknowledgeEvent,
];

/** Every operation of every slice. */
import { ACTION_OPERATIONS } from "./actions/operations.ts";
import { AGENT_OPERATIONS } from "./agents/operations.ts";
import { ALERT_OPERATIONS } from "./alerts/operations.ts";
import { ATTACHMENT_OPERATIONS } from "./attachments/operations.ts";
import { AUDIT_OPERATIONS } from "./audit/operations.ts";
import { AUTH_OPERATIONS } from "./auth/operations.ts";
import { CONNECTION_OPERATIONS } from "./connections/operations.ts";
import { DEMO_OPERATIONS } from "./demo/operations.ts";
import { DEVICE_OPERATIONS } from "./devices/operations.ts";
import { GATEWAY_OPERATIONS } from "./gateway/operations.ts";
import { GOVERNANCE_OPERATIONS } from "./governance/operations.ts";
import type { Operation } from "./kernel/operation.ts";
import { KEY_OPERATIONS } from "./keys/operations.ts";
import { MESSAGE_OPERATIONS } from "./messages/operations.ts";
import { OBSERVABILITY_OPERATIONS } from "./observability/operations.ts";
import { OUTBOX_OPERATIONS } from "./outbox/operations.ts";
import { REDACTION_OPERATIONS } from "./redactions/operations.ts";
import { RISK_OPERATIONS } from "./risk/operations.ts";
import { SNOOZE_OPERATIONS } from "./snoozes/operations.ts";
import { SOCIAL_OPERATIONS } from "./social/operations.ts";
import { STOP_OPERATIONS } from "./stops/operations.ts";
import { TASK_OPERATIONS } from "./tasks/operations.ts";
import { TEAM_OPERATIONS } from "./team/operations.ts";
import { TIER_OPERATIONS } from "./tiers/operations.ts";
import { TOOL_GATE_OPERATIONS } from "./tool-gate/operations.ts";
import { WORKSPACE_OPERATIONS } from "./workspaces/operations.ts";

export const OPERATIONS: readonly Operation[] = [
  ...AUTH_OPERATIONS,
  ...KEY_OPERATIONS,
  ...WORKSPACE_OPERATIONS,
  ...TIER_OPERATIONS,
  ...AGENT_OPERATIONS,
  ...DEVICE_OPERATIONS,
  ...TEAM_OPERATIONS,
  ...TASK_OPERATIONS,
  ...ATTACHMENT_OPERATIONS,
  ...MESSAGE_OPERATIONS,
  ...REDACTION_OPERATIONS,
  ...SNOOZE_OPERATIONS,
  ...OUTBOX_OPERATIONS,
  ...OBSERVABILITY_OPERATIONS,
  ...ALERT_OPERATIONS,
  ...RISK_OPERATIONS,
  ...GOVERNANCE_OPERATIONS,
  ...STOP_OPERATIONS,
  ...CONNECTION_OPERATIONS,
  ...ACTION_OPERATIONS,
  ...TOOL_GATE_OPERATIONS,
  ...SOCIAL_OPERATIONS,
  ...GATEWAY_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...DEMO_OPERATIONS,
];

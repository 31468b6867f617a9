/** The table of contents of the fact log: every type of fact of every slice. */
import { ACTION_FACTS } from "./actions/facts.ts";
import { AGENT_FACTS } from "./agents/facts.ts";
import { ALERT_FACTS } from "./alerts/facts.ts";
import { ATTACHMENT_FACTS } from "./attachments/facts.ts";
import { AUDIT_FACTS } from "./audit/facts.ts";
import { AUTH_FACTS } from "./auth/facts.ts";
import { CONNECTION_FACTS } from "./connections/facts.ts";
import { DEMO_FACTS } from "./demo/facts.ts";
import { DEVICE_FACTS } from "./devices/facts.ts";
import { GATEWAY_FACTS } from "./gateway/facts.ts";
import { GOVERNANCE_FACTS } from "./governance/facts.ts";
import type { FactSpec } from "./kernel/facts/fact.ts";
import { KEY_FACTS } from "./keys/facts.ts";
import { MESSAGE_FACTS } from "./messages/facts.ts";
import { OBSERVABILITY_FACTS } from "./observability/facts.ts";
import { OUTBOX_FACTS } from "./outbox/facts.ts";
import { REDACTION_FACTS } from "./redactions/facts.ts";
import { RISK_FACTS } from "./risk/facts.ts";
import { SNOOZE_FACTS } from "./snoozes/facts.ts";
import { SOCIAL_FACTS } from "./social/facts.ts";
import { STOP_FACTS } from "./stops/facts.ts";
import { TASK_FACTS } from "./tasks/facts.ts";
import { TEAM_FACTS } from "./team/facts.ts";
import { TIER_FACTS } from "./tiers/facts.ts";
import { GATE_FACTS } from "./tool-gate/facts.ts";
import { WORKSPACE_FACTS } from "./workspaces/facts.ts";

export const FACTS: readonly FactSpec[] = [
  ...AUTH_FACTS,
  ...KEY_FACTS,
  ...WORKSPACE_FACTS,
  ...TIER_FACTS,
  ...AGENT_FACTS,
  ...DEVICE_FACTS,
  ...TEAM_FACTS,
  ...TASK_FACTS,
  ...ATTACHMENT_FACTS,
  ...MESSAGE_FACTS,
  ...REDACTION_FACTS,
  ...OBSERVABILITY_FACTS,
  ...SNOOZE_FACTS,
  ...OUTBOX_FACTS,
  ...ALERT_FACTS,
  ...RISK_FACTS,
  ...GOVERNANCE_FACTS,
  ...STOP_FACTS,
  ...ACTION_FACTS,
  ...GATE_FACTS,
  ...CONNECTION_FACTS,
  ...SOCIAL_FACTS,
  ...GATEWAY_FACTS,
  ...AUDIT_FACTS,
  ...DEMO_FACTS,
];

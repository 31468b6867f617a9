/** The table of contents: every operation of every slice, and what each slice tells the ones before it. */
import { agentHooks, countAgents, requireUsableAgent } from "./agents/index.ts";
import { AGENT_OPERATIONS } from "./agents/operations.ts";
import { AUDIT_OPERATIONS } from "./audit/operations.ts";
import { AUTH_OPERATIONS } from "./auth/operations.ts";
import { DEMO_OPERATIONS } from "./demo/operations.ts";
import type { Operation } from "./kernel/operation.ts";
import { countUsableKeys, keyHooks } from "./keys/index.ts";
import { KEY_OPERATIONS } from "./keys/operations.ts";
import { MESSAGE_OPERATIONS } from "./messages/operations.ts";
import { insertAttemptEvents } from "./observability/index.ts";
import { OBSERVABILITY_OPERATIONS } from "./observability/operations.ts";
import { blockRunningTasks, countEscalations, hurryEscalations, listRunning, taskHooks } from "./tasks/index.ts";
import { TASK_OPERATIONS } from "./tasks/operations.ts";
import { leaveTeam, requireNothingStrandedBy, teamHooks } from "./team/index.ts";
import { TEAM_OPERATIONS } from "./team/operations.ts";
import { usageCounters } from "./tiers/index.ts";
import { TIER_OPERATIONS } from "./tiers/operations.ts";
import { WORKSPACE_OPERATIONS } from "./workspaces/operations.ts";

export const OPERATIONS: readonly Operation[] = [
  ...AUTH_OPERATIONS,
  ...KEY_OPERATIONS,
  ...WORKSPACE_OPERATIONS,
  ...TIER_OPERATIONS,
  ...AGENT_OPERATIONS,
  ...TEAM_OPERATIONS,
  ...TASK_OPERATIONS,
  ...MESSAGE_OPERATIONS,
  ...OBSERVABILITY_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...DEMO_OPERATIONS,
];

usageCounters.agents = countAgents;
usageCounters.api_keys = countUsableKeys;
keyHooks.requireUsableAgent = requireUsableAgent;
agentHooks.currentTasks = listRunning;
teamHooks.countEscalations = countEscalations;
teamHooks.passOnEscalations = hurryEscalations;
agentHooks.requireArchivable = requireNothingStrandedBy;
agentHooks.onArchived.push(leaveTeam);
agentHooks.onArchived.push(blockRunningTasks);
taskHooks.onAttempts.push(insertAttemptEvents);

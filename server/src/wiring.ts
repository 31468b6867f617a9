/** Fills the hooks of every slice with the work of later slices. */
import { endRulesOfMoved, endRulesOfTools, holdStopped } from "./actions/index.ts";
import { agentHooks, countAgents, requireAgent, requireUsableAgent } from "./agents/index.ts";
import { countRules, countUnacknowledged } from "./alerts/index.ts";
import { sumAttachmentBytes } from "./attachments/index.ts";
import { findNumber, resealSigningKey } from "./audit/index.ts";
import { connectionHooks, resealConnections } from "./connections/index.ts";
import { askForRoom, endGrantsOf, endRequestsOf } from "./governance/index.ts";
import { factHooks } from "./kernel/facts/by-id.ts";
import { countUsableKeys, keyHooks } from "./keys/index.ts";
import { answerOfTask, notifyOfTasks } from "./messages/index.ts";
import { observabilityHooks, taskCosts } from "./observability/index.ts";
import { resealTargets } from "./outbox/index.ts";
import { beginSpending, headroomOf, noteToolCall, respend, riskHooks } from "./risk/index.ts";
import { resealAccounts } from "./social/index.ts";
import { findStop, stopHooks } from "./stops/index.ts";
import {
  blockRunningTasks,
  countEscalations,
  countWaiting,
  hurryEscalations,
  letGoOn,
  listRunning,
  listRunningIn,
  requestStop,
  requireRoot,
  taskHooks,
} from "./tasks/index.ts";
import { leaveTeam, requireNothingStrandedBy, teamHooks } from "./team/index.ts";
import { usageCounters } from "./tiers/index.ts";

factHooks.findNumber.fill(findNumber);

usageCounters.agents.fill(countAgents);
usageCounters.api_keys.fill(countUsableKeys);
usageCounters.alert_rules.fill(countRules);
usageCounters.attachment_bytes.fill(sumAttachmentBytes);

keyHooks.requireUsableAgent.fill(requireUsableAgent);
keyHooks.findStop.fill((tx, agent_id) => findStop(tx, "keys", { agent_id }));

stopHooks.requireAgent.fill(requireAgent);
stopHooks.requireRoot.fill(requireRoot);
stopHooks.countWaiting.fill(countWaiting);
stopHooks.listRunning.fill(listRunningIn);
stopHooks.requestStop.fill(requestStop);
stopHooks.letGoOn.fill(letGoOn);
stopHooks.holdActions.fill(holdStopped);

agentHooks.requireArchivable.fill(requireNothingStrandedBy);
agentHooks.onArchived.fill(async (tx, agentId) => [
  ...(await leaveTeam(tx, agentId)),
  ...(await blockRunningTasks(tx, agentId)),
]);
agentHooks.resealOthers.fill(async (tx, secrets, most) => {
  const targets = await resealTargets(tx, secrets, most);
  const connections = await resealConnections(tx, secrets, most);
  const accounts = await resealAccounts(tx, secrets, most);
  return targets + connections + accounts + (await resealSigningKey(tx, secrets));
});
agentHooks.currentTasks.fill(listRunning);
agentHooks.headroom.fill(headroomOf);

taskHooks.answer.fill(answerOfTask);
taskHooks.notify.fill(notifyOfTasks);
taskHooks.costs.fill(taskCosts);
taskHooks.onToolCall.fill(noteToolCall);
taskHooks.askForRoom.fill(askForRoom);
riskHooks.onPersonalChange.fill(endGrantsOf);
riskHooks.onDeleted.fill(endRequestsOf);

observabilityHooks.beginSpending.fill(beginSpending);
observabilityHooks.respend.fill(respend);
observabilityHooks.unacknowledgedAlerts.fill(countUnacknowledged);

connectionHooks.onToolsChanged.fill(endRulesOfTools);
connectionHooks.onMoved.fill(endRulesOfMoved);

teamHooks.countEscalations.fill(countEscalations);
teamHooks.passOnEscalations.fill(hurryEscalations);

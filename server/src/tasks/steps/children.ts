/** Tells the parent of an ended task when no child is open any more, and queues a parent that waits for this. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { taskFact } from "../facts.ts";
import type { TaskNotice } from "../hooks.ts";
import { WAITING_FOR_CHILDREN } from "../question-schema.ts";
import { assigneeOf, isFinal } from "../rules.ts";
import type { TaskRow } from "../schema.ts";
import { addToCounters, saveStep, UNBLOCKED } from "../store/tasks.ts";
import { countChildren } from "../store/tree.ts";

/** The consequences of an end: facts, and messages that are still to be sent. */
export interface Effects {
  facts: Fact[];
  notices: TaskNotice[];
}

/** Reduces the count of open children of a locked parent. The row of the parent is from before the child ended. */
export async function endChild(tx: Tx, parent: TaskRow, now: Date): Promise<Effects> {
  await addToCounters(tx, [parent.id], { open_children: -1 });
  if (parent.open_children > 1 || isFinal(parent.status)) return { facts: [], notices: [] };
  const ended = await countChildren(tx, parent.id);
  const facts = [taskFact(parent, "children_done", ended)];
  const waits = parent.status === "blocked" && parent.blocked_reason?.code === WAITING_FOR_CHILDREN;
  if (waits) {
    await saveStep(tx, parent, { ...UNBLOCKED, status: "queued", available_at: now.toISOString() }, now);
    facts.push(taskFact(parent, "unblocked", { cause: WAITING_FOR_CHILDREN }));
  }
  const parts = Object.entries(ended).flatMap(([status, count]) => (count > 0 ? [`${count} ${status}`] : []));
  const then = waits ? " The task is queued again." : "";
  const content = `All subtasks have ended: ${parts.join(", ")}.${then}`;
  const agentId = assigneeOf(parent);
  const to = { agent_id: agentId, user_id: null };
  return { facts, notices: agentId === null ? [] : [{ task_id: parent.id, to, content }] };
}

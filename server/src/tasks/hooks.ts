/** Hooks that later slices fill: messages about tasks to agents and people, and the costs of tasks. */

import type { Actor } from "../kernel/actor.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { hook } from "../kernel/hook.ts";
import type { TaskCost } from "./cost-schema.ts";

/** A message of the server about a task, to one agent or one person. */
export interface TaskNotice {
  task_id: string;
  to: { agent_id: string | null; user_id: string | null };
  content: string;
}

/** A start that a cap refused. */
export interface CapRefusal {
  policy_id: string;
  agent_id: string;
  title: string;
  /** The smallest cap under which the start fits, in US dollars. */
  needed_usd: number;
  /** The amount that the start needs itself, in US dollars. */
  estimate_usd: number;
}

export const taskHooks = {
  /** Asks people for more room under the cap, if nobody did. It waits for no lock. The command stores the returned facts. */
  askForRoom: hook<[tx: Tx, refusal: CapRefusal, by: Actor], Promise<Fact[]>>("tasks.askForRoom"),
  /** Reads the costs of tasks. A task without telemetry has none. */
  costs: hook<[tx: ReadTx, ids: readonly string[]], Promise<ReadonlyMap<string, TaskCost>>>("tasks.costs"),
  /** Sends an answer as a message of its author, in the transaction of the step. The command stores the fact. */
  answer: hook<[tx: Tx, answer: TaskNotice, by: Actor], Promise<{ message_id: string; fact: Fact }>>("tasks.answer"),
  /** Sends the messages in the transaction of the step, so that each is sent once. The command stores the returned facts. */
  notify: hook<[tx: Tx, notices: readonly TaskNotice[]], Promise<Fact[]>>("tasks.notify"),
  /** Called when the holder reported that it called a tool. The task is locked. */
  onToolCall: hook<
    [tx: Tx, of: { task_id: string; agent_id: string }, payload: Readonly<Record<string, unknown>>],
    Promise<void>
  >("tasks.onToolCall"),
};

/** One push: sends a claimed task, and stores what its answer says. */
import type { Static } from "typebox";
import { notePush, type PushTarget } from "../agents/index.ts";
import { leaseKey } from "../auth/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { JobContext } from "../kernel/jobs/job.ts";
import type { OutgoingOptions } from "../kernel/outbound/dial.ts";
import { exchange } from "../kernel/outbound/exchange.ts";
import { signedHeaders } from "../kernel/outbound/signing.ts";
import { Problem } from "../kernel/problem.ts";
import { type claimTasks, completeTask, failTask, heartbeatTask, releaseTask } from "../tasks/index.ts";
import { ANSWER_BYTES_MAX, ANSWER_WITHIN_MS, BEGINS_WITHIN_MS, type Judged, judge, LEASE_SECONDS } from "./rules.ts";

export type Claimed = Static<typeof claimTasks.output>["items"][number];

export interface PushOptions extends Pick<JobContext, "env" | "dispatch" | "dispatchFor"> {
  outgoing: OutgoingOptions;
  stop?: AbortSignal;
}

export interface Push {
  agent: Actor;
  target: PushTarget;
  task: Claimed;
  takenMs: number;
}

export async function push(options: PushOptions, one: Push): Promise<void> {
  // The lease decides: another process may have the task soon.
  if (performance.now() - one.takenMs > BEGINS_WITHIN_MS) return;
  if (options.stop?.aborted) return handBack(options, one);
  const judged = await send(options, one);
  const result = await store(options, one, judged);
  const { agent, task, target } = one;
  const error = judged.result === "failed" ? target.cut(judged.error) : null;
  const { id: task_id } = task;
  const { response_status } = judged;
  const noted = { id: agent.id, task_id, fence: fenceOf(task), result, response_status, error };
  await options.dispatch(notePush, agent.workspace, noted);
}

async function send({ env, outgoing }: PushOptions, { agent, target, task }: Push): Promise<Judged> {
  const fence = fenceOf(task);
  const body = JSON.stringify({
    task,
    fence,
    lease_expires_at: task.lease_expires_at,
    key: leaseKey(env.secrets, { workspace: agent.workspace, task_id: task.id, fence }),
    api_url: `${env.publicUrl}/api`,
  });
  const signed = signedHeaders({ id: `${task.id}-${fence}`, body, secrets: target.secrets }, new Date());
  const request = { url: target.url, headers: { ...target.headers, ...signed }, body };
  const limits = { timeoutMs: ANSWER_WITHIN_MS, answerBytesMax: ANSWER_BYTES_MAX };
  return judge(await exchange(request, { ...limits, ...outgoing }));
}

/** Takes the step that the answer says. When the agent was faster with its key, or the lease is over, the step is refused. */
async function store({ dispatchFor }: PushOptions, { agent, target, task }: Push, judged: Judged) {
  const held = { id: task.id, fence: fenceOf(task) };
  const fail = (error: string) =>
    dispatchFor(failTask, agent, { ...held, retryable: true, reason: `The push failed: ${target.cut(error)}` });
  try {
    switch (judged.result) {
      case "completed":
        await dispatchFor(completeTask, agent, { ...held, output: judged.output });
        return "completed";
      case "accepted":
        await dispatchFor(heartbeatTask, agent, { ...held, lease_seconds: LEASE_SECONDS });
        return "accepted";
      case "failed":
        await fail(judged.error);
        return "failed";
      default:
        return judged satisfies never;
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (OVER.has(error.code)) return judged.result === "accepted" ? "accepted" : "late";
    // The output cannot be stored, or children are open.
    if (judged.result !== "completed" || error.status >= 429) throw error;
    await fail(error.message);
    return "failed";
  }
}

/** The attempt ended before the answer came. */
const OVER: ReadonlySet<string> = new Set(["lease_lost", "illegal_step", "not_assignee", "not_found"]);

/** Nothing was sent. The attempt does not count. */
async function handBack({ dispatchFor }: PushOptions, { agent, task }: Push): Promise<void> {
  await dispatchFor(releaseTask, agent, {
    id: task.id,
    fence: fenceOf(task),
    reason: "The server stopped before the push.",
  });
}

/** A claimed task has a fence. */
const fenceOf = ({ fence = 0 }: Claimed): number => fence;

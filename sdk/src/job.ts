/** The work on one task: the handler, its lease, and the step that ends the work. */
import { BailiwickError } from "./error.ts";
import type { Operations, Task } from "./generated/client.ts";
import { keepLease, type Lease } from "./lease.ts";
import { completed, failed, isHandover, type Outcome } from "./outcome.ts";
import { backoffMs, pause, unlessAborted } from "./retry.ts";

const BACKOFF_MAX_MS = 30_000;
const RELEASE_MS = 5_000;
/** The late results that a worker keeps in case it claims their tasks again. */
const LATE_KEPT_MAX = 10;

export interface TaskContext {
  /** Aborted when the result is no longer needed. Its reason is a `TaskStopped`, which says why. */
  signal: AbortSignal;
  /**
   * Variables for a process that works on the task, such as Claude Code: give it `{ ...process.env, ...env }`, and its
   * telemetry counts for the task. They have no secret.
   */
  env: Readonly<Record<string, string>>;
  /** Reports the progress of the work to people. */
  progress(progress: Record<string, unknown>): Promise<void>;
}

/** The returned value becomes the output of the task. The message of an error becomes the reason of the failure. */
export type Handler = (task: Task, context: TaskContext) => Promise<unknown>;

/** The part of the client that a worker uses. */
export type Tasks = {
  tasks: Pick<Operations["tasks"], "claim" | "heartbeat" | "complete" | "fail" | "escalate" | "block" | "release">;
};

export interface Worker {
  client: Tasks;
  handler: Handler;
  lease_seconds: number;
  isRetryable(error: unknown): boolean;
  onError(error: unknown): void;
  onLateResult(task: Task, refusal: BailiwickError): void;
  /** Aborted when the worker stops and the grace time is over. */
  graceOver: AbortSignal;
  /** The outputs of running handlers and late outputs, by the id of the task. */
  outputs: Map<string, Promise<unknown>>;
  /** The ids of the tasks with late outputs, oldest first. */
  late: string[];
}

/** `unsent`: the grace time was over first. `stopped`: the handler has ended because of a stop. */
type End = "sent" | "dropped" | "late" | "unsent" | "stopped";

/** Never rejects: the failure of one task does not stop the worker. */
export async function workOn(worker: Worker, task: Task): Promise<void> {
  const lease = keepLease(worker.client, task, worker);
  const output = outputOf(worker, task, lease);
  let end: End = "dropped";
  try {
    end = await endOf(worker, task, lease, output);
    if (end === "unsent") {
      lease.stop("stopping", "The worker stops.");
      if (!lease.isCanceled()) await handBack(worker, task);
    }
    if (end === "stopped") await handBack(worker, task, "The work was stopped.");
  } catch (error) {
    worker.onError(error);
  } finally {
    lease.end();
    if (end === "late") keepLate(worker, task);
    else if (worker.outputs.get(task.id) === output) worker.outputs.delete(task.id);
  }
}

/** Returns the output that an earlier attempt in this process has or will have, otherwise that of the handler. */
function outputOf({ handler, outputs }: Worker, task: Task, { signal, progress }: Lease): Promise<unknown> {
  const run = async () => handler(task, { signal, env: task.env ?? {}, progress });
  const output = outputs.get(task.id)?.catch(run) ?? run();
  outputs.set(task.id, output);
  return output;
}

async function endOf(worker: Worker, task: Task, lease: Lease, output: Promise<unknown>): Promise<End> {
  const outcome = await unlessAborted(outcomeOf(worker, task, lease, output), worker.graceOver);
  if (outcome === undefined) return "unsent";
  const isTakenOver = (worker.outputs.get(task.id) ?? output) !== output;
  if (outcome === "none" && lease.mustStop()) return "stopped";
  if (outcome === "none" || lease.isCanceled() || isTakenOver) return "dropped";
  if (outcome.fault) worker.onError(outcome.fault);
  return finish(worker, outcome, task);
}

async function outcomeOf(
  { client, isRetryable, onError }: Worker,
  task: Task,
  lease: Lease,
  output: Promise<unknown>,
): Promise<Outcome | "none"> {
  const context = { client, task };
  try {
    return completed(context, await output);
  } catch (error) {
    if (!lease.signal.aborted || isHandover(error)) return failed(context, error, isRetryable(error));
    // A handler that was stopped has no result. Its error must not fail the task, which is queued again.
    if (!lease.isCanceled() && error !== lease.signal.reason) onError(error);
    return "none";
  }
}

/** Sends the last step, and repeats it while the server cannot be reached, so that the result is not lost. */
async function finish(worker: Worker, outcome: Outcome, task: Task): Promise<End> {
  const { graceOver, onError } = worker;
  const call = { idempotencyKey: `${outcome.name}-${task.id}-${task.fence}`, signal: graceOver };
  for (let failures = 0; ; failures++) {
    try {
      await outcome.send(call);
      return "sent";
    } catch (error) {
      if (graceOver.aborted) return "unsent";
      if (!(error instanceof BailiwickError)) throw error;
      if (error.code === "lease_lost") {
        worker.onLateResult(task, error);
        return "late";
      }
      onError(error);
      if (!error.isTransient) {
        const next = outcome.instead?.(error);
        return next ? finish(worker, next, task) : "dropped";
      }
      await pause(backoffMs(failures, error.retryAfterSeconds, BACKOFF_MAX_MS), graceOver).catch(() => undefined);
    }
  }
}

/** Queues the task again without the use of an attempt. Never rejects. */
export async function handBack(
  { client, onError }: Worker,
  { id, fence = 0 }: Task,
  reason = "The worker stops.",
): Promise<void> {
  const input = { id, fence, reason };
  await client.tasks.release(input, { signal: AbortSignal.timeout(RELEASE_MS) }).catch(onError);
}

function keepLate({ late, outputs }: Worker, { id }: Task): void {
  late.push(id);
  const oldest = late.length > LATE_KEPT_MAX ? late.shift() : undefined;
  if (oldest !== undefined && !late.includes(oldest)) outputs.delete(oldest);
}

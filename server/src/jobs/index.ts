/** Background work: finds the workspaces that have some, then dispatches operations as the system, one at a time. */
import type { App } from "../app.ts";
import { systemActor } from "../kernel/actor.ts";
import type { Operation, PublicCommand, RequestInfo } from "../kernel/operation.ts";
import { sweepIdempotencyAnswers } from "./idempotency.ts";
import { sweepMessages } from "./messages.ts";
import { sweepRequestAllowances } from "./request-allowances.ts";
import { sweepSignIn } from "./sign-in.ts";
import { createTaskSweep, createTimesSweep } from "./tasks.ts";

/** One kind of background work. */
export interface Job {
  name: string;
  /** Time between the end of one round and the start of the next. Milliseconds. */
  everyMs: number;
  run(context: JobContext): Promise<void>;
}

export interface JobContext {
  app: App;
  /** Runs an operation in one workspace with the server itself as the actor. */
  dispatch(operation: Exclude<Operation, PublicCommand>, workspace: string, input?: unknown): Promise<unknown>;
  /** The server stops; the round should end soon. */
  stop: AbortSignal;
}

export interface Watch {
  /** False while nothing may be changed: then a round is left out. */
  mayRun(): boolean;
  /** A round failed; the next one follows. */
  onError(job: string, error: unknown): void;
  /** One piece of work goes on failing. It is tried again with growing waits and keeps nothing else waiting. */
  onStuck(job: string, id: string, error: unknown): void;
}

function createJobs({ onStuck }: Watch): readonly Job[] {
  const sweepTasks = createTaskSweep((id, error) => onStuck("task-sweep", id, error));
  return [sweepTasks, createTimesSweep(), sweepMessages, sweepIdempotencyAnswers, sweepRequestAllowances, sweepSignIn];
}

export interface RunningJobs {
  /** Resolves when the rounds under way have ended. */
  stop(): Promise<void>;
}

/** Several processes may run the same jobs: every operation they dispatch holds the rows it changes. */
export function startJobs(app: App, watch: Watch): RunningJobs {
  const stopping = new AbortController();
  const loops = createJobs(watch).map((job) => loop(app, job, stopping.signal, watch));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function loop(app: App, job: Job, stop: AbortSignal, { onError, mayRun }: Watch) {
  const dispatch: JobContext["dispatch"] = async (operation, workspace, input = {}) => {
    const answer = await app.dispatcher.dispatch(operation, systemActor(job.name, workspace), {
      input,
      request: requestOf(job),
    });
    return answer.output;
  };
  while (!stop.aborted) {
    try {
      if (mayRun()) await job.run({ app, dispatch, stop });
    } catch (error) {
      onError(job.name, error);
    }
    await pause(job.everyMs, stop);
  }
}

function requestOf({ name }: Job): RequestInfo {
  return { id: `job:${name}`, trace_id: null, ip: "", at_this_machine: false, user_agent: "", session: null };
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const timer = setTimeout(done, ms);
    stop.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    }
  });
}

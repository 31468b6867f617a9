/** Runs the background work of every slice: operations that the server itself dispatches, one at a time. */
import { setMaxListeners } from "node:events";
import { actionJobs } from "../actions/jobs.ts";
import { agentJobs } from "../agents/jobs.ts";
import { alertJobs } from "../alerts/jobs.ts";
import type { App } from "../app.ts";
import { attachmentJobs } from "../attachments/jobs.ts";
import { auditJobs } from "../audit/jobs.ts";
import { authJobs } from "../auth/jobs.ts";
import { countOrphans } from "../db/orphans.ts";
import { deviceJobs } from "../devices/jobs.ts";
import { externalAgentJobs } from "../external-agents/jobs.ts";
import { gatewayJobs } from "../gateway/jobs.ts";
import { governanceJobs } from "../governance/jobs.ts";
import { systemActor } from "../kernel/actor.ts";
import { dispatchJobs } from "../kernel/dispatch/jobs.ts";
import { factJobs } from "../kernel/facts/jobs.ts";
import type { Job, JobContext } from "../kernel/jobs/job.ts";
import type { RequestInfo } from "../kernel/operation.ts";
import { limitJobs } from "../limits/jobs.ts";
import { messageJobs } from "../messages/jobs.ts";
import { observabilityJobs } from "../observability/jobs.ts";
import { outboxJobs } from "../outbox/jobs.ts";
import { riskJobs } from "../risk/jobs.ts";
import { socialJobs } from "../social/jobs.ts";
import { stopJobs } from "../stops/jobs.ts";
import { taskJobs } from "../tasks/jobs.ts";
import { toolGateJobs } from "../tool-gate/jobs.ts";

const createJobs = (): readonly Job[] =>
  [
    agentJobs,
    taskJobs,
    attachmentJobs,
    messageJobs,
    dispatchJobs,
    factJobs,
    limitJobs,
    authJobs,
    deviceJobs,
    observabilityJobs,
    alertJobs,
    riskJobs,
    governanceJobs,
    stopJobs,
    outboxJobs,
    actionJobs,
    toolGateJobs,
    socialJobs,
    externalAgentJobs,
    gatewayJobs,
    auditJobs,
    () => [countOrphans],
  ].flatMap((jobs) => jobs());

/** The work at the end must not delay the end of the process by more than this. */
const END_MS_MAX = 5_000;

export interface Watch {
  /** Returns false while changes are refused: no round starts then. */
  mayRun(): boolean;
  /** Called when a round failed. The next round follows. */
  onError(job: string, error: unknown): void;
  /** Called when one piece of work fails repeatedly. It is tried again after growing waits and delays no other work. */
  onStuck(job: string, id: string, error: unknown): void;
}

export interface RunningJobs {
  /** Resolves when the current rounds have ended. */
  stop(): Promise<void>;
  /** Does the work that follows the last requests. Call after `stop`. */
  end(): Promise<void>;
  /** Returns the seconds since the last complete round of each work. */
  ages(): { job: string; seconds: number }[];
}

/** Several processes may run the same jobs: every operation they dispatch holds the rows it changes. */
export function startJobs(app: App, watch: Watch): RunningJobs {
  const stopping = new AbortController();
  const jobs = createJobs();
  // Every job waits for this signal. Above ten waits, Node.js would warn of a leak at each start.
  setMaxListeners(jobs.length, stopping.signal);
  const endedMs = new Map(jobs.map(({ name }) => [name, performance.now()]));
  const onDone = ({ name }: Job) => void endedMs.set(name, performance.now());
  const loops = jobs.map((job) => loop(app, job, stopping.signal, { ...watch, onDone }));
  return {
    ages: () => [...endedMs].map(([job, at]) => ({ job, seconds: (performance.now() - at) / 1_000 })),
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
    async end() {
      const stop = AbortSignal.timeout(END_MS_MAX);
      // In the order of the slices, so that the facts of one job are sealed by the next.
      for (const job of jobs) await endOf(app, job, stop, watch);
    },
  };
}

async function endOf(app: App, job: Job, stop: AbortSignal, watch: Watch): Promise<void> {
  if (!watch.mayRun()) return;
  try {
    await job.atEnd?.(contextOf(app, job, stop, watch));
  } catch (error) {
    watch.onError(job.name, error);
  }
}

interface LoopWatch extends Watch {
  onDone(job: Job): void;
}

async function loop(app: App, job: Job, stop: AbortSignal, { onError, onStuck, mayRun, onDone }: LoopWatch) {
  const context = contextOf(app, job, stop, { onStuck });
  while (!stop.aborted) {
    try {
      if (mayRun()) {
        await job.run(context);
        onDone(job);
      }
    } catch (error) {
      onError(job.name, error);
    }
    await pause(job.everyMs, stop);
  }
}

function contextOf(app: App, job: Job, stop: AbortSignal, { onStuck }: Pick<Watch, "onStuck">): JobContext {
  const dispatchFor: JobContext["dispatchFor"] = async (operation, actor, input) => {
    const answer = await app.dispatcher.dispatch(operation, actor, { input, request: requestOf(job) });
    return answer.output;
  };
  const dispatch: JobContext["dispatch"] = (operation, workspace, input = {}) =>
    dispatchFor(operation, systemActor(job.name, workspace), input);
  const { db, env } = app;
  return { db, env, dispatch, dispatchFor, stop, onStuck: (id, error) => onStuck(job.name, id, error) };
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

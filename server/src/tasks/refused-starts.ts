/**
 * Counts the claims that the gate refused, in the memory of this process. A job stores the counts as facts once a minute,
 * so that an agent that asks a thousand times makes one fact. A crash loses the counts of the last minute.
 */
import type { Environment } from "../kernel/environment.ts";
import type { SkippedTask } from "./store/claim.ts";

export interface RefusedStarts {
  agent_id: string;
  code: string;
  /** The reason of the first refusal. */
  reason: string;
  count: number;
  /** The first and the last refusal. */
  from: string;
  to: string;
}

/** Agents and codes that are counted between two rounds of the job. Further ones are not counted. */
const COUNTED_MAX = 10_000;
/** A task that waits for its own time or for other tasks is not refused. */
const WAITS = new Set(["dependencies", "dependency_failed", "backoff"]);

type Counts = Map<string, Map<string, RefusedStarts>>;
/** Each server of a process has an environment of its own. */
const ofServers = new WeakMap<Environment, Counts>();

function countsOf(env: Environment): Counts {
  const counts = ofServers.get(env) ?? new Map();
  ofServers.set(env, counts);
  return counts;
}

/** Counts a claim that got nothing although tasks wait, under the code of the first of them. */
export function noteRefused(
  env: Environment,
  { workspace, id: agent_id }: { workspace: string; id: string },
  skipped: readonly Pick<SkippedTask, "code" | "reason">[],
): void {
  const refusal = skipped.find(({ code }) => !WAITS.has(code));
  if (!refusal) return;
  const now = new Date().toISOString();
  const ofWorkspace = countsOf(env).get(workspace) ?? new Map<string, RefusedStarts>();
  countsOf(env).set(workspace, ofWorkspace);
  const { code, reason } = refusal;
  const known = ofWorkspace.get(`${agent_id} ${code}`);
  if (known) Object.assign(known, { count: known.count + 1, to: now });
  else if (ofWorkspace.size < COUNTED_MAX)
    ofWorkspace.set(`${agent_id} ${code}`, { agent_id, code, reason, count: 1, from: now, to: now });
}

/** Removes and returns the counts, by workspace. */
export function takeRefused(env: Environment): ReadonlyMap<string, readonly RefusedStarts[]> {
  const taken = [...countsOf(env)].map(([workspace, counts]) => [workspace, [...counts.values()]] as const);
  countsOf(env).clear();
  return new Map(taken);
}

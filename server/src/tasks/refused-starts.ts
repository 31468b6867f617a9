/**
 * Counts the claims that the gate refused, in the memory of this process. A job stores the counts as facts once a minute,
 * so that an agent that asks a thousand times makes one fact. A crash loses the counts of the last minute.
 */
import type { Environment } from "../kernel/environment.ts";
import type { RequestInfo } from "../kernel/operation.ts";
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
/** A claim that waits looks several times, and a transaction may be repeated. */
const countedClaims = new WeakSet<RequestInfo>();

function countsOf(env: Environment): Counts {
  const counts = ofServers.get(env) ?? new Map();
  ofServers.set(env, counts);
  return counts;
}

/** Counts a claim once that got nothing although tasks wait, under the code of the first of them. */
export function noteRefused(
  env: Environment,
  { actor, request }: { actor: { workspace: string; id: string }; request: RequestInfo },
  skipped: readonly Pick<SkippedTask, "code" | "reason">[],
): void {
  const refusal = skipped.find(({ code }) => !WAITS.has(code));
  if (!refusal || countedClaims.has(request)) return;
  countedClaims.add(request);
  const now = new Date().toISOString();
  const { code, reason } = refusal;
  addRefused(env, actor.workspace, [{ agent_id: actor.id, code, reason, count: 1, from: now, to: now }]);
}

/** Adds counts, also those that were taken and could not be stored. */
export function addRefused(env: Environment, workspace: string, counts: readonly RefusedStarts[]): void {
  const ofWorkspace = countsOf(env).get(workspace) ?? new Map<string, RefusedStarts>();
  countsOf(env).set(workspace, ofWorkspace);
  for (const one of counts) {
    const key = `${one.agent_id} ${one.code}`;
    const known = ofWorkspace.get(key);
    if (!known && ofWorkspace.size >= COUNTED_MAX) continue;
    const [from, to] = [known?.from ?? one.from, known?.to ?? one.to];
    ofWorkspace.set(key, {
      ...(known ?? one),
      count: (known?.count ?? 0) + one.count,
      from: from < one.from ? from : one.from,
      to: to > one.to ? to : one.to,
    });
  }
}

/** Removes and returns the counts, by workspace. */
export function takeRefused(env: Environment): ReadonlyMap<string, readonly RefusedStarts[]> {
  const taken = [...countsOf(env)].map(([workspace, counts]) => [workspace, [...counts.values()]] as const);
  countsOf(env).clear();
  return new Map(taken);
}

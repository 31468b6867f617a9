/** Many waiting calls, one statement: what arrives while a group is in flight goes into the next group. */
import { Problem, type ProblemCode } from "../problem.ts";
import { createUnderway, type Underway } from "./underway.ts";

/** Calls that share one statement at most. */
export const GROUP_SIZE_MAX = 128;
/** Calls after the one that makes a group heavier than this go into the next group. */
export const GROUP_BYTES_MAX = 512 * 1024;
/** Problems that each call alone would get too, only later. */
const FOR_ALL: readonly ProblemCode[] = ["unavailable", "overloaded"];
/** Calls that may wait for one key before new ones are turned away. */
export const QUEUE_LENGTH_MAX = 10_000;

interface Waiting<C, R> {
  call: C;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

export interface CoalesceOptions<C> {
  /** Two calls that answer the same text never share a group. */
  apart?: (call: C) => string | undefined;
  /** Calls that answer different things never share a group; the one that waits longest goes first. */
  kind?: (call: C) => unknown;
  /** Bytes of a call. A group that is heavy would hold up everybody on this server. */
  bytes?: (call: C) => number;
  /** Knows of every group that has not ended. */
  underway?: Underway;
}

/**
 * `runGroup` gets the calls of one key and answers a result or an error for each, in order. Groups of one key run
 * one after the other; groups of different keys run side by side. A group that fails as a whole is run again call
 * by call, so that one bad call cannot fail its neighbours.
 */
export function coalesce<C, R>(
  runGroup: (key: string, calls: readonly C[]) => Promise<readonly (R | Error)[]>,
  {
    apart = () => undefined,
    kind = () => undefined,
    bytes = () => 0,
    underway = createUnderway(),
  }: CoalesceOptions<C> = {},
): (key: string, call: C) => Promise<R> {
  const queues = new Map<string, Waiting<C, R>[]>();

  async function drain(key: string, queue: Waiting<C, R>[]): Promise<void> {
    // Calls that arrive in the same turn of the event loop join the first group.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) await settle(key, takeGroup(queue, { apart, kind, bytes }));
    queues.delete(key);
  }

  /** Returns what failed the group and would fail every other. */
  async function settle(key: string, group: readonly Waiting<C, R>[]): Promise<unknown> {
    const ended = underway.begin();
    try {
      const results = await runGroup(
        key,
        group.map(({ call }) => call),
      );
      group.forEach((waiting, index) => {
        const result = results[index];
        if (result instanceof Error) waiting.reject(result);
        else waiting.resolve(result as R);
      });
    } catch (error) {
      ended();
      const isForAll = error instanceof Problem && FOR_ALL.includes(error.code);
      if (group.length > 1 && !isForAll) return settleOneByOne(key, group);
      for (const waiting of group) waiting.reject(error);
      return isForAll ? error : undefined;
    } finally {
      ended();
    }
    return undefined;
  }

  async function settleOneByOne(key: string, group: readonly Waiting<C, R>[]): Promise<unknown> {
    let failure: unknown;
    for (const waiting of group) {
      if (failure === undefined) failure = await settle(key, [waiting]);
      else waiting.reject(failure);
    }
    return failure;
  }

  return (key, call) =>
    new Promise<R>((resolve, reject) => {
      const queue = queues.get(key);
      if (!queue) {
        const started = [{ call, resolve, reject }];
        queues.set(key, started);
        void drain(key, started);
        return;
      }
      if (queue.length >= QUEUE_LENGTH_MAX) {
        reject(new Problem("overloaded", "Too many calls of this kind are waiting.", { retry_after_seconds: 1 }));
        return;
      }
      queue.push({ call, resolve, reject });
    });
}

/** Takes from the front what may share a group; what may not stays, in order. */
function takeGroup<C, R>(
  queue: Waiting<C, R>[],
  { apart, kind, bytes }: Required<Pick<CoalesceOptions<C>, "apart" | "kind" | "bytes">>,
): Waiting<C, R>[] {
  const own = queue[0] && kind(queue[0].call);
  const group: Waiting<C, R>[] = [];
  const seen = new Set<string>();
  let [index, weight] = [0, 0];
  while (group.length < GROUP_SIZE_MAX && weight < GROUP_BYTES_MAX) {
    const waiting = queue[index];
    if (!waiting) break;
    const mark = apart(waiting.call);
    if (kind(waiting.call) !== own || (mark !== undefined && seen.has(mark))) {
      index++;
      continue;
    }
    if (mark !== undefined) seen.add(mark);
    group.push(waiting);
    weight += bytes(waiting.call);
    queue.splice(index, 1);
  }
  return group;
}

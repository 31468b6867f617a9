/** Gives connections to the workspaces in turn, so that no workspace can take all of them. */
import { Problem } from "../problem.ts";

/** Transactions of one workspace that may wait for a connection. */
export const WAITING_MAX = 1_000;
const RETRY_AFTER_SECONDS = 1;

export interface TurnOptions {
  /** Connections of the pool. */
  size: number;
  waitingMax: number;
  /** A transaction that waits longer is refused. */
  waitMs: number;
  /** Returns the problem for a transaction that waited too long, since this value of `performance.now()`. */
  refusal: (waitedSince: number) => Problem;
}

export interface Turns {
  /**
   * Resolves when a connection may be used. Returns a function that gives the connection back. `null` is for work
   * outside workspaces.
   */
  take(workspace: string | null): Promise<() => void>;
}

/** The running and waiting transactions of one workspace, oldest first. */
interface Lane {
  running: number;
  readonly waiting: Set<() => void>;
}

/**
 * One workspace uses at most a third of the connections. A fifth is reserved for work outside workspaces, so that keys
 * and sessions can be looked up while all workspaces are busy.
 */
export function createTurns({ size, waitingMax, waitMs, refusal }: TurnOptions): Turns {
  const share = Math.ceil(size / 3);
  const insideMax = size - (size > 1 ? Math.ceil(size / 5) : 0);
  const outside: Lane = { running: 0, waiting: new Set() };
  const lanes = new Map<string, Lane>();
  /** Waiting lanes below their share. The first lane has the next turn. */
  const inLine = new Set<Lane>();
  let running = 0;

  const mayStart = (lane: Lane) =>
    lane.running < share && running < size && (lane === outside || running - outside.running < insideMax);

  function next(): Lane | undefined {
    for (const lane of inLine) {
      if (mayStart(lane)) return lane;
      // Lanes in line are below their share, so what stops one workspace stops every other.
      if (lane !== outside) return inLine.has(outside) && mayStart(outside) ? outside : undefined;
    }
    return undefined;
  }

  function startWaiting(): void {
    for (let lane = next(); lane; lane = next()) {
      const [start] = lane.waiting;
      inLine.delete(lane);
      if (start) {
        lane.waiting.delete(start);
        start();
      }
      if (lane.waiting.size > 0 && lane.running < share) inLine.add(lane);
    }
  }

  function start(workspace: string | null, lane: Lane): () => void {
    running++;
    lane.running++;
    return () => {
      running--;
      lane.running--;
      if (lane.waiting.size > 0) inLine.add(lane);
      forgetIdle(workspace, lane);
      startWaiting();
    };
  }

  function forgetIdle(workspace: string | null, lane: Lane): void {
    if (lane.waiting.size > 0) return;
    inLine.delete(lane);
    if (workspace !== null && lane.running === 0) lanes.delete(workspace);
  }

  function laneOf(workspace: string | null): Lane {
    if (workspace === null) return outside;
    const lane = lanes.get(workspace) ?? { running: 0, waiting: new Set() };
    lanes.set(workspace, lane);
    return lane;
  }

  return {
    take(workspace) {
      const lane = laneOf(workspace);
      if (lane.waiting.size === 0 && mayStart(lane)) return Promise.resolve(start(workspace, lane));
      if (lane.waiting.size >= waitingMax) return Promise.reject(queueIsLong(workspace));
      return new Promise((resolve, reject) => {
        const since = performance.now();
        const timer = setTimeout(() => {
          lane.waiting.delete(begin);
          forgetIdle(workspace, lane);
          reject(refusal(since));
        }, waitMs);
        const begin = () => {
          clearTimeout(timer);
          resolve(start(workspace, lane));
        };
        lane.waiting.add(begin);
        if (lane.running < share) inLine.add(lane);
      });
    },
  };
}

export function queueIsLong(workspace: string | null): Problem {
  const whose = workspace === null ? "this server" : "this workspace";
  return new Problem("overloaded", `Too many calls of ${whose} wait for the database.`, {
    retry_after_seconds: RETRY_AFTER_SECONDS,
    next_step: "Send fewer requests at once. Send this request again after Retry-After.",
  });
}

export function databaseBusy(): Problem {
  return new Problem("overloaded", "The database was too busy for this call.", {
    retry_after_seconds: RETRY_AFTER_SECONDS,
    next_step: "Send the same request again.",
  });
}

/** Slows the reads of a workspace that keeps the database busy while other workspaces need it. */
import type { Problem } from "../problem.ts";
import { queueIsLong } from "./turns.ts";

/** A workspace counts as active for this long after its last transaction. */
const ACTIVE_MS = 1_000;
/** The time of reads that a workspace may use at once before it is slowed, and the largest debt. */
const BURST_MS = 1_000;
/** The reads of one workspace may keep one of this number of connections busy, and at least one connection. */
const CONNECTIONS_PER_READER = 16;
/** The weight of the latest read in the expected time of the next read. */
const LATEST_WEIGHT = 0.2;

export interface ReadPaceOptions {
  /** Connections of the pool. */
  size: number;
  /** Reads of one workspace that may wait. */
  waitingMax: number;
  /** A read that waits longer is refused. */
  waitMs: number;
  refusal: () => Problem;
  /** Returns a time in milliseconds that never decreases. */
  now?: () => number;
}

export interface ReadPace {
  /** Records that a workspace uses the database. */
  noteUse(workspace: string): void;
  /** Resolves when the read may start. The returned function ends the read. Throws `overloaded`. */
  start(workspace: string): Promise<(heldMs: number) => void>;
}

interface Reader {
  /** The time of reads minus the earned time. When negative, the workspace may use this time at once. */
  owedMs: number;
  settledAt: number;
  expectedMs: number;
  running: number;
  readonly waiting: Set<() => void>;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Each workspace earns time at a fixed rate and pays with the time that its reads hold a connection: the expected time
 * when a read starts, the rest when it ends. A workspace that owes time waits until the debt is paid. One that is alone
 * pays nothing.
 */
export function createReadPace(options: ReadPaceOptions): ReadPace {
  const { size, waitingMax, waitMs, refusal, now = () => performance.now() } = options;
  const earnedPerMs = Math.max(1, size / CONNECTIONS_PER_READER);
  const readers = new Map<string, Reader>();
  /** The two workspaces that were active last, so that one of them always differs from a given workspace. */
  let last = { workspace: "", at: Number.NEGATIVE_INFINITY };
  let before = last;

  function isAlone(workspace: string): boolean {
    const other = last.workspace === workspace ? before : last;
    return now() - other.at > ACTIVE_MS;
  }

  function readerOf(workspace: string): Reader {
    const known = readers.get(workspace);
    if (known) return known;
    const reader = {
      owedMs: -BURST_MS,
      settledAt: now(),
      expectedMs: 0,
      running: 0,
      waiting: new Set<() => void>(),
      timer: undefined,
    };
    readers.set(workspace, reader);
    return reader;
  }

  function pay(reader: Reader, ms: number): void {
    const at = now();
    const owedMs = reader.owedMs - (at - reader.settledAt) * earnedPerMs + ms;
    reader.owedMs = Math.min(BURST_MS, Math.max(-BURST_MS, owedMs));
    reader.settledAt = at;
  }

  function mayStart(workspace: string, reader: Reader): boolean {
    pay(reader, 0);
    return reader.owedMs <= 0 || isAlone(workspace);
  }

  function begin(workspace: string, reader: Reader): (heldMs: number) => void {
    const paidMs = isAlone(workspace) ? 0 : reader.expectedMs;
    pay(reader, paidMs);
    // A reader that reads is not forgotten.
    clearTimeout(reader.timer);
    reader.running++;
    return (heldMs) => {
      reader.running--;
      reader.expectedMs += LATEST_WEIGHT * (heldMs - reader.expectedMs);
      if (!isAlone(workspace)) pay(reader, heldMs - paidMs);
      startWaiting(workspace, reader);
    };
  }

  function startWaiting(workspace: string, reader: Reader): void {
    for (const start of reader.waiting) {
      if (!mayStart(workspace, reader)) break;
      reader.waiting.delete(start);
      start();
    }
    clearTimeout(reader.timer);
    if (reader.waiting.size === 0 && reader.running > 0) return;
    // A workspace that has earned its whole burst again is forgotten: a new one has the same burst.
    const isWaiting = reader.waiting.size > 0;
    const dueMs = (reader.owedMs + (isWaiting ? 0 : BURST_MS)) / earnedPerMs;
    const due = () => (isWaiting ? startWaiting(workspace, reader) : readers.delete(workspace));
    reader.timer = setTimeout(due, Math.ceil(dueMs));
    reader.timer.unref();
  }

  return {
    noteUse(workspace) {
      if (last.workspace !== workspace) before = last;
      last = { workspace, at: now() };
    },
    start(workspace) {
      const reader = readerOf(workspace);
      if (reader.waiting.size === 0 && mayStart(workspace, reader)) return Promise.resolve(begin(workspace, reader));
      if (reader.waiting.size >= waitingMax) return Promise.reject(queueIsLong(workspace));
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reader.waiting.delete(start);
          reject(refusal());
        }, waitMs);
        const start = () => {
          clearTimeout(timer);
          resolve(begin(workspace, reader));
        };
        reader.waiting.add(start);
        startWaiting(workspace, reader);
      });
    },
  };
}

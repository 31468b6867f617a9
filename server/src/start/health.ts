/** Checks every few seconds if the server can work: the database, the migrations, the disk, and calls that hang. */
import type { Pool } from "pg";
import type { Logger } from "pino";
import { newestMigration } from "../db/migrate.ts";
import type { Vitals } from "../kernel/db/db.ts";
import { isDiskFull, noSpace } from "../kernel/db/errors.ts";
import { Problem } from "../kernel/problem.ts";
import type { DiskSpace } from "./disk-space.ts";

export interface HealthOptions {
  pool: Pool;
  vitals: Vitals;
  /** The newest migration that this version knows. */
  migration: number;
  /** The disk of the private database. The operator of another database watches its disk. */
  disk?: DiskSpace | undefined;
  log: Logger;
  limits?: Partial<HealthLimits>;
}

export interface HealthLimits {
  lookEveryMs: number;
  /** The database must answer the statement of the check within this time. */
  probeMs: number;
  /** The server is not ready when the start of a transaction has had no answer for longer. */
  unansweredMs: number;
  /** Longer than the statements of a group may take, so that no workspace can make the server unready. */
  groupMs: number;
  /** The time for which the database counts as full after an error that reported it. */
  fullForMs: number;
}

const LIMITS: HealthLimits = {
  lookEveryMs: 5_000,
  probeMs: 2_500,
  unansweredMs: 3_000,
  groupMs: 60_000,
  fullForMs: 30_000,
};
/** A fault that stays is logged again after this time. */
const LOG_AGAIN_MS = 60_000;

/** `kind` identifies the fault; `text` is for people and may contain a number of seconds. */
interface Fault {
  kind: "space" | "full" | "newer" | "older" | "away" | "unanswered" | "groups";
  text: string;
}

export interface Health {
  /** Checks now. Returns why the server is not ready; undefined when it is ready. */
  look(): Promise<string | undefined>;
  /** Throws while changes are refused: the disk has no space, or a newer version owns the database. */
  requireWritable(): void;
  mayWrite(): boolean;
  /** Notes an error of the database that any call received. */
  noteError(error: unknown): void;
  /** Checks regularly until closed. */
  watch(): void;
  close(): void;
}

export function createHealth({ pool, vitals, migration, disk, log, ...options }: HealthOptions): Health {
  const limits = { ...LIMITS, ...options.limits };
  const logFault = createFaultLog(log);
  let newest = migration;
  let fullUntil = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function noteError(error: unknown): void {
    if (isDiskFull(error)) fullUntil = performance.now() + limits.fullForMs;
  }

  async function probe(): Promise<Fault | undefined> {
    try {
      const { rows } = await pool.query<{ newest: number | null }>(newestMigration(limits.probeMs));
      newest = rows[0]?.newest ?? 0;
    } catch (error) {
      noteError(error);
      return { kind: "away", text: "The database cannot be reached, or does not answer." };
    }
    return undefined;
  }

  function schemaFault(): Fault | undefined {
    if (newest > migration) return { kind: "newer", text: newerText(newest, migration) };
    if (newest === migration) return undefined;
    const text = `The database is at migration ${newest} and this version needs ${migration}: start the server again.`;
    return { kind: "older", text };
  }

  function hangingFault(): Fault | undefined {
    const unanswered = vitals.unanswered.oldestMs();
    if (unanswered > limits.unansweredMs) {
      return { kind: "unanswered", text: `The database has not answered a call for ${seconds(unanswered)} s.` };
    }
    const group = vitals.groups.oldestMs();
    if (group <= limits.groupMs) return undefined;
    return { kind: "groups", text: `Changes of a workspace have not ended for ${seconds(group)} s.` };
  }

  function spaceFault(): Fault | undefined {
    const shortage = disk?.shortage();
    if (shortage !== undefined) return { kind: "space", text: shortage };
    if (performance.now() >= fullUntil) return undefined;
    return { kind: "full", text: "No space: the disk of the database is full." };
  }

  async function look(): Promise<string | undefined> {
    const [away] = await Promise.all([probe(), disk?.look()]);
    const fault = spaceFault() ?? away ?? schemaFault() ?? hangingFault();
    logFault(fault);
    return fault?.text;
  }

  function requireWritable(): void {
    if (newest > migration) throw newerVersion();
    if (disk?.shortage() !== undefined) throw noSpace();
  }

  function watch(): void {
    timer = setTimeout(() => void look().finally(() => timer && watch()), limits.lookEveryMs);
  }

  return {
    look,
    requireWritable,
    mayWrite: () => newest <= migration && disk?.shortage() === undefined,
    noteError,
    watch,
    close() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** Logs a fault when it begins, again while it stays, and its end. */
function createFaultLog(log: Logger): (fault: Fault | undefined) => void {
  let known: { kind: Fault["kind"]; loggedAt: number; since: number } | undefined;
  return (fault) => {
    const now = performance.now();
    if (!fault) {
      if (known) log.info(`Ready again, after ${seconds(now - known.since)} s.`);
      known = undefined;
      return;
    }
    if (known?.kind === fault.kind && now - known.loggedAt < LOG_AGAIN_MS) return;
    log.error(`Not ready. ${fault.text}`);
    known = { kind: fault.kind, loggedAt: now, since: known?.since ?? now };
  };
}

function newerText(newest: number, known: number): string {
  return (
    `A newer Bailiwick has migrated the database to ${newest}, and this version knows ${known}. This server refuses ` +
    "changes. Stop it, or replace it with the newer version."
  );
}

function newerVersion(): Problem {
  return new Problem(
    "unavailable",
    "A newer version of the server owns the database, so this server refuses changes.",
    {
      retry_after_seconds: 5,
      next_step: "Send the same request again. It works when the newer version has replaced this server.",
    },
  );
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}

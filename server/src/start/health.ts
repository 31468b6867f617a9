/** Whether the server can do its work: its database, the migrations, the disk, and what hangs. Looked at every few seconds. */
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
  /** The newest migration this version knows. */
  migration: number;
  /** Of the private database. A given database has an operator of its own. */
  disk?: DiskSpace | undefined;
  log: Logger;
  limits?: Partial<HealthLimits>;
}

/** Milliseconds. */
export interface HealthLimits {
  lookEveryMs: number;
  /** The database must answer the look itself within this. */
  probeMs: number;
  /** A transaction whose start stays unanswered for longer shows a database that does not answer. */
  unansweredMs: number;
  /** Longer than the statements of a group may take, so that no tenant can make the server unready. */
  groupMs: number;
  /** How long the database counts as full after it said so. */
  fullForMs: number;
}

const LIMITS: HealthLimits = {
  lookEveryMs: 5_000,
  probeMs: 2_500,
  unansweredMs: 3_000,
  groupMs: 60_000,
  fullForMs: 30_000,
};
/** A trouble that stays is logged again after this. Milliseconds. */
const TELL_AGAIN_MS = 60_000;

/** `kind` tells troubles apart; `text` is for people and may count seconds. */
interface Trouble {
  kind: "space" | "full" | "newer" | "older" | "away" | "unanswered" | "groups";
  text: string;
}

export interface Health {
  /** Looks now. Returns why the server is not ready; undefined when it is. */
  look(): Promise<string | undefined>;
  /** Throws while nothing may be changed: the disk is short of space, or a newer version owns the database. */
  requireWritable(): void;
  mayWrite(): boolean;
  /** Learns from an error that the database gave to anybody. */
  noteError(error: unknown): void;
  /** Looks again and again until closed. */
  watch(): void;
  close(): void;
}

export function createHealth({ pool, vitals, migration, disk, log, ...options }: HealthOptions): Health {
  const limits = { ...LIMITS, ...options.limits };
  const tell = createTeller(log);
  let newest = migration;
  let fullUntil = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function noteError(error: unknown): void {
    if (isDiskFull(error)) fullUntil = performance.now() + limits.fullForMs;
  }

  async function probe(): Promise<Trouble | undefined> {
    try {
      const { rows } = await pool.query<{ newest: number | null }>(newestMigration(limits.probeMs));
      newest = rows[0]?.newest ?? 0;
    } catch (error) {
      noteError(error);
      return { kind: "away", text: "The database cannot be reached, or does not answer." };
    }
    return undefined;
  }

  function schemaTrouble(): Trouble | undefined {
    if (newest > migration) return { kind: "newer", text: newerText(newest, migration) };
    if (newest === migration) return undefined;
    const text = `The database is at migration ${newest} and this version needs ${migration}: start the server again.`;
    return { kind: "older", text };
  }

  function hanging(): Trouble | undefined {
    const unanswered = vitals.unanswered.oldestMs();
    if (unanswered > limits.unansweredMs) {
      return { kind: "unanswered", text: `The database has not answered a call for ${seconds(unanswered)} s.` };
    }
    const group = vitals.groups.oldestMs();
    if (group <= limits.groupMs) return undefined;
    return { kind: "groups", text: `Changes of a workspace have not ended for ${seconds(group)} s.` };
  }

  function spaceTrouble(): Trouble | undefined {
    const shortage = disk?.shortage();
    if (shortage !== undefined) return { kind: "space", text: shortage };
    if (performance.now() >= fullUntil) return undefined;
    return { kind: "full", text: "No space: the disk of the database is full." };
  }

  async function look(): Promise<string | undefined> {
    const [away] = await Promise.all([probe(), disk?.look()]);
    const trouble = spaceTrouble() ?? away ?? schemaTrouble() ?? hanging();
    tell(trouble);
    return trouble?.text;
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

/** Logs a trouble when it comes, again while it stays, and its end. */
function createTeller(log: Logger): (trouble: Trouble | undefined) => void {
  let known: { kind: Trouble["kind"]; toldAt: number; since: number } | undefined;
  return (trouble) => {
    const now = performance.now();
    if (!trouble) {
      if (known) log.info(`Ready again, after ${seconds(now - known.since)} s.`);
      known = undefined;
      return;
    }
    if (known?.kind === trouble.kind && now - known.toldAt < TELL_AGAIN_MS) return;
    log.error(`Not ready. ${trouble.text}`);
    known = { kind: trouble.kind, toldAt: now, since: known?.since ?? now };
  };
}

function newerText(newest: number, known: number): string {
  return (
    `A newer Bailiwick has migrated the database to ${newest}, and this version knows ${known}: it changes nothing ` +
    "any more. End it, or start the newer version in its place."
  );
}

function newerVersion(): Problem {
  return new Problem("unavailable", "A newer version of the server owns the database, so this one changes nothing.", {
    retry_after_seconds: 5,
    next_step: "Send the same request again: the newer version takes it once it has replaced this one.",
  });
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}

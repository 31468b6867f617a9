/**
 * Records when agents last called. The writes are batched and outside the request, so their failure fails no request.
 */
import type { Db } from "../kernel/db/db.ts";
import { savePresence } from "./store/calls.ts";

/** The presence of one agent is written at most once in this time. */
const WRITE_INTERVAL_MS = 15_000;
/** Agents that call within this time are written in one statement for each workspace. */
const BATCH_MS = 50;

export interface PresenceOptions {
  db: Db;
  onFailure: (error: unknown) => void;
}

export interface PresenceNotes {
  /** Records that the agent's key was used. Returns before the write. */
  seen(workspace: string, agentId: string): void;
  /** Resolves when all calls recorded so far are written. */
  settled(): Promise<void>;
}

export function createPresence({ db, onFailure }: PresenceOptions): PresenceNotes {
  const notedAt = new Map<string, number>();
  let forgottenAt = performance.now();
  let waiting = new Map<string, Set<string>>();
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (waiting.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, BATCH_MS));
      const groups = waiting;
      waiting = new Map();
      forgetOld();
      for (const [workspace, agents] of groups) await writeGroup(workspace, [...agents]);
    }
    writing = undefined;
  }

  async function writeGroup(workspace: string, agents: string[]): Promise<void> {
    try {
      await db.transaction(workspace, (tx) => savePresence(tx, agents));
    } catch (error) {
      for (const agent of agents) notedAt.delete(agent);
      onFailure(error);
    }
  }

  function forgetOld(): void {
    const now = performance.now();
    if (now - forgottenAt < WRITE_INTERVAL_MS) return;
    forgottenAt = now;
    for (const [agent, at] of notedAt) if (now - at >= WRITE_INTERVAL_MS) notedAt.delete(agent);
  }

  return {
    seen(workspace, agentId) {
      const now = performance.now();
      if (now - (notedAt.get(agentId) ?? Number.NEGATIVE_INFINITY) < WRITE_INTERVAL_MS) return;
      notedAt.set(agentId, now);
      const agents = waiting.get(workspace) ?? new Set();
      waiting.set(workspace, agents.add(agentId));
      writing ??= write();
    },
    settled: async () => writing,
  };
}

/** Notes that agents were heard of: off the request path, few writes, and a failure harms nobody. */
import type { Db } from "../kernel/db/db.ts";
import { savePresence } from "./store/agents.ts";

/** An agent is written down at most this often. Milliseconds. */
const AGAIN_AFTER_MS = 15_000;
/** What is seen within this time is written together. Milliseconds. */
const GATHER_MS = 50;

export interface PresenceOptions {
  db: Db;
  onFailure: (error: unknown) => void;
}

export interface PresenceNotes {
  /** Call whenever an agent's key is used; it answers at once. */
  seen(workspace: string, agentId: string): void;
  /** Resolves when everything seen so far is written. */
  settled(): Promise<void>;
}

export function createPresence({ db, onFailure }: PresenceOptions): PresenceNotes {
  const notedAt = new Map<string, number>();
  let forgottenAt = performance.now();
  let waiting = new Map<string, Set<string>>();
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (waiting.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
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
    if (now - forgottenAt < AGAIN_AFTER_MS) return;
    forgottenAt = now;
    for (const [agent, at] of notedAt) if (now - at >= AGAIN_AFTER_MS) notedAt.delete(agent);
  }

  return {
    seen(workspace, agentId) {
      const now = performance.now();
      if (now - (notedAt.get(agentId) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER_MS) return;
      notedAt.set(agentId, now);
      const agents = waiting.get(workspace) ?? new Set();
      waiting.set(workspace, agents.add(agentId));
      writing ??= write();
    },
    settled: async () => writing,
  };
}

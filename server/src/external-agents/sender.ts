/**
 * Claims tasks for push agents and sends them. Each push runs outside any transaction, after the commit of its claim. Several
 * processes may do this: a claim gives a task to one of them, and a push is sent once under its fence.
 */
import type { Static } from "typebox";
import { type PushTarget, pushTargetOf } from "../agents/index.ts";
import { permissionsOf } from "../auth/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { JobContext } from "../kernel/jobs/job.ts";
import type { OutgoingOptions } from "../kernel/outbound/dial.ts";
import { createRunningWork } from "../kernel/running-work.ts";
import { findStop } from "../stops/index.ts";
import { claimMarks, claimTasks } from "../tasks/index.ts";
import { type Claimed, type PushOptions, push } from "./push.ts";
import { LEASE_SECONDS, roomOf } from "./rules.ts";

/** An agent that got nothing although it seemed able waits for this time. */
const EMPTY_WAIT_MS = 5_000;

export interface PushSenderOptions extends Pick<JobContext, "db" | "env" | "dispatch" | "dispatchFor"> {
  outgoing: OutgoingOptions;
  stop?: AbortSignal;
  /** Called when a result could not be stored. The lease of the task ends then. */
  onError(error: unknown): void;
}

export interface DueAgents {
  workspace: string;
  agents: readonly string[];
}

export interface PushSender {
  /** Begins pushes to these agents, as far as the limits allow. Does not wait for their end. */
  begin(due: readonly DueAgents[]): Promise<void>;
  /** Resolves when no push is open. */
  idle(): Promise<void>;
}

interface Ready {
  agent: Actor;
  target: PushTarget;
}

export function createPushSender(options: PushSenderOptions): PushSender {
  const { dispatchFor, stop, onError } = options;
  const ofWorkspaces = createRunningWork();
  const ofAgents = createRunningWork();
  const waitsUntilMs = new Map<string, number>();

  async function claim({ agent }: Ready, room: number): Promise<readonly Claimed[]> {
    const input = { limit: room, lease_seconds: LEASE_SECONDS, wait_seconds: 0, env: false };
    // The dispatcher returns the operation's output.
    const { items } = (await dispatchFor(claimTasks, agent, input)) as Static<typeof claimTasks.output>;
    return items;
  }

  async function serve(ready: Ready): Promise<void> {
    const { agent, target } = ready;
    const { workspace, id } = agent;
    const open = {
      ofAgent: ofAgents.countOf(id),
      ofWorkspace: ofWorkspaces.countOf(workspace),
      ofServer: ofAgents.count(),
    };
    const room = roomOf(open);
    if (room === 0) return;
    const takenMs = performance.now();
    const items = await claim(ready, room);
    if (items.length === 0) waitsUntilMs.set(id, takenMs + EMPTY_WAIT_MS);
    for (const task of items) {
      const work = push(pushOptions(options), { agent, target, task, takenMs }).catch(onError);
      void ofWorkspaces.add(workspace, ofAgents.add(id, work));
    }
  }

  return {
    async begin(due) {
      const nowMs = performance.now();
      for (const [id, untilMs] of waitsUntilMs) if (untilMs <= nowMs) waitsUntilMs.delete(id);
      for (const { workspace, agents } of shuffled(due)) {
        if (stop?.aborted) return;
        try {
          const able = agents.filter((id) => !waitsUntilMs.has(id));
          for (const ready of shuffled(await readyOf(options, workspace, able))) {
            if (stop?.aborted) return;
            await serve(ready);
          }
        } catch (error) {
          onError(error);
        }
      }
    },
    idle: ofAgents.idle,
  };
}

function pushOptions({ env, dispatch, dispatchFor, outgoing, stop }: PushSenderOptions): PushOptions {
  return { env, dispatch, dispatchFor, outgoing, ...(stop && { stop }) };
}

/** Returns the agents that may be able to take a task, with the secrets of their connections, which stay in this process. */
async function readyOf({ db, env }: PushSenderOptions, workspace: string, agents: readonly string[]): Promise<Ready[]> {
  if (agents.length === 0) return [];
  return db.outside(async (outside) => {
    const tx = await outside.enter(workspace);
    const able = await claimMarks(tx, agents);
    const found: Ready[] = [];
    for (const id of able.keys()) {
      if ((await findStop(tx, "keys", { agent_id: id })) !== null) continue;
      const target = await pushTargetOf(tx, env, id);
      if (target) found.push({ agent: agentActor(workspace, id), target });
    }
    return found;
  });
}

/** The server claims with the permissions of the agent, so its gate, caps, throttles and stops decide. */
function agentActor(workspace: string, id: string): Actor {
  const permissions = permissionsOf({ kind: "agent" });
  const none = { key_id: null, session_id: null, role: null };
  return { kind: "agent", id, workspace, permissions, credential: `push:${id}`, ...none };
}

/** No agent is always the last. */
function shuffled<T>(list: readonly T[]): T[] {
  const start = Math.floor(Math.random() * list.length);
  return [...list.slice(start), ...list.slice(0, start)];
}

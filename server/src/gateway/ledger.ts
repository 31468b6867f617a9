/** Settles calls that ended, many in one transaction, and keeps the reservations of those that run. */
import { systemActor } from "../kernel/actor.ts";
import type { Dispatcher } from "../kernel/dispatch/dispatch.ts";
import type { RequestInfo } from "../kernel/operation.ts";
import { extendCalls } from "./operations/extend-calls.ts";
import { settleCalls } from "./operations/settle-calls.ts";
import { type EndedCall, HELD_SECONDS, SETTLED_MAX } from "./schema.ts";

const JOB = "gateway";
const REQUEST: RequestInfo = {
  id: `job:${JOB}`,
  trace_id: null,
  ip: "",
  at_this_machine: false,
  user_agent: "",
  session: null,
};
const EXTEND_EVERY_MS = (HELD_SECONDS * 1_000) / 3;
/** While the database is away, the costs of calls wait in memory. */
const RETRY_MS = 1_000;
const WAITING_MAX = 10_000;

export interface Ledger {
  begin(workspace: string, id: string): void;
  end(workspace: string, call: EndedCall): void;
  /** Resolves when all calls that ended are settled, or could not be. */
  settled(): Promise<void>;
  close(): void;
}

interface Options {
  dispatcher: Dispatcher;
  onFailure: (error: unknown) => void;
}

export function createLedger({ dispatcher, onFailure }: Options): Ledger {
  const held = new Map<string, Set<string>>();
  const waiting = new Map<string, EndedCall[]>();
  const running = new Map<string, Promise<void>>();
  let isClosing = false;
  const timer = setInterval(() => void extendAll(), EXTEND_EVERY_MS).unref();

  async function extendAll(): Promise<void> {
    for (const [workspace, ids] of held) {
      const input = { ids: [...ids] };
      await dispatcher.dispatch(extendCalls, systemActor(JOB, workspace), { input, request: REQUEST }).catch(onFailure);
    }
  }

  function forget(workspace: string, id: string): void {
    const ids = held.get(workspace);
    ids?.delete(id);
    if (ids?.size === 0) held.delete(workspace);
  }

  async function settle(workspace: string): Promise<void> {
    for (let calls = waiting.get(workspace) ?? []; calls.length > 0; calls = waiting.get(workspace) ?? []) {
      const batch = calls.slice(0, SETTLED_MAX);
      const isDone = await tryOnce(workspace, batch);
      if (isDone) {
        calls.splice(0, batch.length);
        for (const { id } of batch) forget(workspace, id);
      } else if (isClosing) break;
      else await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
    waiting.delete(workspace);
    running.delete(workspace);
  }

  /** Returns false when nothing of the batch was stored. */
  async function tryOnce(workspace: string, calls: readonly EndedCall[]): Promise<boolean> {
    try {
      const input = { calls: [...calls] };
      await dispatcher.dispatch(settleCalls, systemActor(JOB, workspace), { input, request: REQUEST });
      return true;
    } catch (error) {
      onFailure(error);
      return false;
    }
  }

  return {
    begin(workspace, id) {
      const ids = held.get(workspace) ?? new Set();
      ids.add(id);
      held.set(workspace, ids);
    },
    end(workspace, call) {
      const calls = waiting.get(workspace) ?? [];
      if (calls.length >= WAITING_MAX) return onFailure(new Error("Too many calls of models wait for the database."));
      calls.push(call);
      waiting.set(workspace, calls);
      if (!running.has(workspace)) running.set(workspace, settle(workspace));
    },
    async settled() {
      await Promise.all(running.values());
    },
    close() {
      isClosing = true;
      clearInterval(timer);
    },
  };
}

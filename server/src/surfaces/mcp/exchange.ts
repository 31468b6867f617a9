/** One HTTP request as the protocol server sees it: the caller, and the signals that stop the call. */
import { randomUUID } from "node:crypto";
import type { Actor } from "../../kernel/actor.ts";
import type { RequestInfo } from "../../kernel/operation.ts";
import type { ToolSet } from "./tool-sets.ts";

export interface Exchange {
  actor: Actor;
  /** The tools that the client has chosen by its address. */
  toolSet: ToolSet;
  /** Identifies the caller again, for a waiting call. */
  identify: () => Promise<Actor>;
  request: RequestInfo;
  /** Fires when the caller is gone or the server shuts down. */
  gone: AbortSignal;
  /** Counts the bytes of a response until the caller has read it. */
  answered(bytes: number): void;
  /** Set for clients of 2025 and before, which cancel a call by another request. */
  session?: string;
}

/** The running calls of old clients, so that a later request can cancel them. */
export interface RunningCalls {
  /** Runs `work` with a signal that fires when the client cancels the call. */
  run<T>(exchange: Exchange, id: string | number, work: (abort: AbortSignal) => Promise<T>): Promise<T>;
  cancel(exchange: Exchange, id: string | number): void;
}

export function createRunningCalls(): RunningCalls {
  const running = new Map<string, AbortController>();
  // Every client counts its call ids from zero, so an id is unique only within a session of one credential.
  const name = ({ actor, session }: Exchange, id: string | number) =>
    JSON.stringify([actor.workspace, actor.credential, session, id]);
  return {
    async run(exchange, id, work) {
      const abort = new AbortController();
      if (!exchange.session) return work(abort.signal);
      running.set(name(exchange, id), abort);
      try {
        return await work(abort.signal);
      } finally {
        if (running.get(name(exchange, id)) === abort) running.delete(name(exchange, id));
      }
    },
    cancel(exchange, id) {
      if (exchange.session) running.get(name(exchange, id))?.abort();
    },
  };
}

export const SESSION_HEADER = "mcp-session-id";

/** Returns the client's session id if it is short and printable, as the protocol requires; otherwise a new id. */
export function sessionOf(header: string | null): string {
  return header !== null && /^[\x21-\x7e]{1,200}$/.test(header) ? header : randomUUID();
}

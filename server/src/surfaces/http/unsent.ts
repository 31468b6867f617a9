/**
 * What was answered and not yet taken. Who reads slowly, or not at all, holds memory of this server: so much for each, so
 * much for all, and none of it for long.
 */
import type { ServerResponse } from "node:http";
import type { FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { networkOf } from "../../kernel/network.ts";
import { Problem } from "../../kernel/problem.ts";
import { addressOf } from "./caller.ts";

declare module "fastify" {
  interface FastifyInstance {
    unsent: Unsent;
  }
}

/** Whose answers lie here: a credential's, or those of a network that came without one. */
export function holderOf(request: FastifyRequest): string {
  return request.actor?.credential ?? `network ${networkOf(addressOf(request))}`;
}

export interface UnsentLimits {
  /** Above it, a holder gets no more answers to reads. Bytes. */
  ofHolder: number;
  /** Above it, those who hold most are cut off. Bytes. */
  ofProcess: number;
  /** An answer that has not gone by then is cut off, however much of it has. Milliseconds. */
  drainMs: number;
}

const MEBIBYTE = 1024 * 1024;
export const UNSENT_LIMITS: UnsentLimits = { ofHolder: 32 * MEBIBYTE, ofProcess: 256 * MEBIBYTE, drainMs: 30_000 };
/** How often is looked for answers that take too long. Milliseconds. */
const LOOK_EVERY_MS = 1_000;

export interface Unsent {
  /** Throws where too much lies here for this holder already. */
  requireRoom(holder: string): void;
  /** Counts an answer from now until it has gone, or is cut off for taking too long once it could have begun. */
  answer(holder: string, response: ServerResponse, bytes: number, beginsWithinMs?: number): void;
  /** Counts what a stream says it has not sent. It has no end, so it sees for itself that it moves. */
  stream(holder: string, response: ServerResponse): { count(bytes: number): void };
  bytes(): number;
}

interface Held {
  holder: string;
  bytes: number;
  response: ServerResponse;
  /** Undefined for a stream. */
  dueAtMs: number | undefined;
}

export function createUnsent(log: Logger, limits: UnsentLimits = UNSENT_LIMITS): Unsent {
  const holders = new Map<string, { bytes: number; held: Set<Held> }>();
  const { ofHolder, ofProcess, drainMs } = limits;
  const lookEveryMs = Math.min(LOOK_EVERY_MS, drainMs);
  let all = 0;
  let looking: NodeJS.Timeout | undefined;

  function hold(one: Held): void {
    const { holder, response } = one;
    const own = holders.get(holder) ?? { bytes: 0, held: new Set() };
    holders.set(holder, own);
    own.held.add(one);
    change(one, one.bytes);
    const gone = () => {
      response.off("finish", gone);
      response.off("close", gone);
      release(one);
    };
    response.on("finish", gone);
    response.on("close", gone);
    looking ??= setInterval(look, lookEveryMs).unref();
  }

  function change(one: Held, by: number): void {
    const own = holders.get(one.holder);
    if (!own?.held.has(one)) return;
    own.bytes += by;
    all += by;
    if (by > 0 && all > ofProcess) shed();
  }

  function release(one: Held): void {
    const own = holders.get(one.holder);
    change(one, -one.bytes);
    if (own?.held.delete(one) && own.held.size === 0) holders.delete(one.holder);
  }

  function cut(one: Held, why: string): void {
    log.debug({ holder: one.holder, bytes: one.bytes }, why);
    release(one);
    one.response.req.socket.destroy();
  }

  function look(): void {
    const now = performance.now();
    for (const { held } of [...holders.values()]) {
      for (const one of [...held]) {
        if (one.dueAtMs !== undefined && one.dueAtMs <= now) cut(one, "An answer was not taken in time.");
      }
    }
    if (holders.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  }

  /** Whoever holds much pays for it; whoever reads what they ask for notices nothing. */
  function shed(): void {
    while (all > ofProcess) {
      const largest = [...holders.values()].reduce((a, b) => (b.bytes > a.bytes ? b : a));
      const [first] = [...largest.held].sort((a, b) => b.bytes - a.bytes);
      if (!first) return;
      cut(first, "Too much lay here for callers who do not read.");
    }
  }

  return {
    requireRoom(holder) {
      const bytes = holders.get(holder)?.bytes ?? 0;
      if (bytes < ofHolder) return;
      throw new Problem("overloaded", `${bytes} bytes of answers to this caller have not been read yet.`, {
        retry_after_seconds: 1,
        next_step: "Read the answers that are on their way, or ask for smaller pages.",
      });
    },
    answer(holder, response, bytes, beginsWithinMs = 0) {
      if (response.closed) return;
      hold({ holder, bytes, response, dueAtMs: performance.now() + beginsWithinMs + drainMs });
    },
    stream(holder, response) {
      const one: Held = { holder, bytes: 0, response, dueAtMs: undefined };
      hold(one);
      return {
        count(bytes) {
          const by = bytes - one.bytes;
          one.bytes = bytes;
          change(one, by);
        },
      };
    },
    bytes: () => all,
  };
}

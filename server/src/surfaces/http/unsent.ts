/**
 * Limits the memory of responses that callers have not read yet: for each caller, for the whole process, and in time.
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

/** Returns the holder of a response: the credential, or the network of a request without one. */
export function holderOf(request: FastifyRequest): string {
  return request.actor?.credential ?? `network ${networkOf(addressOf(request))}`;
}

export interface UnsentLimits {
  /** Above this, the reads of a holder are refused. */
  holderBytesMax: number;
  /** Above this, the connections of the largest holders are cut. */
  processBytesMax: number;
  /** A response that is not sent completely in this time is cut. */
  drainMs: number;
}

const MEBIBYTE = 1024 * 1024;
export const UNSENT_LIMITS: UnsentLimits = {
  holderBytesMax: 32 * MEBIBYTE,
  processBytesMax: 256 * MEBIBYTE,
  drainMs: 30_000,
};
/** The interval at which responses past their time are cut. */
const CHECK_EVERY_MS = 1_000;

export interface Unsent {
  /** Throws when the holder has too many unread bytes. */
  requireRoom(holder: string): void;
  /** Counts a response until it is sent or cut. Its time to drain begins after `beginsWithinMs`. */
  answer(holder: string, response: ServerResponse, bytes: number, beginsWithinMs?: number): void;
  /** Counts the unsent bytes that a stream reports. A stream has no time limit here, and checks its own progress. */
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
  const { holderBytesMax, processBytesMax, drainMs } = limits;
  const checkEveryMs = Math.min(CHECK_EVERY_MS, drainMs);
  let totalBytes = 0;
  let checking: NodeJS.Timeout | undefined;

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
    checking ??= setInterval(cutOverdue, checkEveryMs).unref();
  }

  function change(one: Held, by: number): void {
    const own = holders.get(one.holder);
    if (!own?.held.has(one)) return;
    own.bytes += by;
    totalBytes += by;
    if (by > 0 && totalBytes > processBytesMax) cutLargest();
  }

  function release(one: Held): void {
    const own = holders.get(one.holder);
    change(one, -one.bytes);
    if (own?.held.delete(one) && own.held.size === 0) holders.delete(one.holder);
  }

  function cut(one: Held, reason: string): void {
    log.debug({ holder: one.holder, bytes: one.bytes }, reason);
    release(one);
    one.response.req.socket.destroy();
  }

  function cutOverdue(): void {
    const now = performance.now();
    for (const { held } of [...holders.values()]) {
      for (const one of [...held]) {
        if (one.dueAtMs !== undefined && one.dueAtMs <= now) cut(one, "A caller did not read a response in time.");
      }
    }
    if (holders.size > 0) return;
    clearInterval(checking);
    checking = undefined;
  }

  /** Cuts the largest responses of the largest holders, so that callers who read their responses notice nothing. */
  function cutLargest(): void {
    while (totalBytes > processBytesMax) {
      const largest = [...holders.values()].reduce((a, b) => (b.bytes > a.bytes ? b : a));
      const [first] = [...largest.held].sort((a, b) => b.bytes - a.bytes);
      if (!first) return;
      cut(first, "The unread responses of all callers were too large.");
    }
  }

  return {
    requireRoom(holder) {
      const bytes = holders.get(holder)?.bytes ?? 0;
      if (bytes < holderBytesMax) return;
      throw new Problem("overloaded", `You have not read ${bytes} bytes of earlier responses yet.`, {
        retry_after_seconds: 1,
        next_step: "Read the earlier responses, or request smaller pages.",
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
    bytes: () => totalBytes,
  };
}

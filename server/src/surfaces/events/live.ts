/** The route `GET /api/live`: streams the facts of a workspace as server-sent events, from the client's position on. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Actor, may } from "../../kernel/actor.ts";
import type { Db } from "../../kernel/db/db.ts";
import { factsAfter, readHorizon } from "../../kernel/facts/follow.ts";
import { type EpochPosition, isAfter, sealedPositions } from "../../kernel/facts/position.ts";
import { networkOf } from "../../kernel/network.ts";
import { Problem } from "../../kernel/problem.ts";
import { concerns, type Signals, type Whose } from "../../kernel/signals.ts";
import { addressOf } from "../http/caller.ts";
import { allowanceHeaders } from "../http/limits.ts";
import { createRoom, type Room, type RoomSize } from "../http/room.ts";
import { type Extension, type HttpTools, shuttingDown } from "../http/tools.ts";
import { readFeedQuery } from "./feed-query.ts";
import { createFollowers, type Follower, type Followers } from "./follower.ts";
import { createStream, type Stream } from "./stream.ts";

export interface LiveOptions {
  db: Db;
  signals: Signals;
  /** The interval of the heartbeats of a stream. */
  beatMs?: number;
  /** The interval of reads without a signal. */
  pollMs?: number;
  streamsMax?: RoomSize;
}

const PERMISSION = "audit:read";
const BEAT_MS = 15_000;
const CROWD = { what: "live streams open", retry_after_seconds: 5 };
/** The limits of a workspace and a network leave room for the others. */
const STREAMS_MAX: RoomSize = { ofCredential: 20, ofWorkspace: 200, ofNetwork: 500, ofProcess: 5_000 };
const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // Without this header, proxies of the nginx family buffer the stream.
  "x-accel-buffering": "no",
};

interface Feed {
  db: Db;
  tools: HttpTools;
  beatMs: number;
  followers: Followers;
  room: Room;
  /** Check the credentials of open streams after a change that may concern them. */
  checks: Set<(whose: Whose) => void>;
}

export function liveFeed(options: LiveOptions): Extension {
  const { db, signals, beatMs = BEAT_MS, pollMs, streamsMax = STREAMS_MAX } = options;
  return (app, tools) => {
    const followers = createFollowers(db, signals, { log: tools.log, ...(pollMs !== undefined && { pollMs }) });
    const feed: Feed = { db, tools, beatMs, followers, room: createRoom(streamsMax, CROWD), checks: new Set() };
    const counter = tools.counts.counter("system.live");
    signals.onCredentials((whose) => {
      for (const check of feed.checks) check(whose);
    });
    app.get("/api/live", { exposeHeadRoute: false }, (request, reply) => {
      const startedMs = performance.now();
      const count = (status: number) => counter.answered(status, performance.now() - startedMs);
      open(feed, request, reply).then(
        () => count(200),
        (error: unknown) => count(failed(tools, reply, error)),
      );
    });
  };
}

/** After the first byte, a problem can no longer be sent. The stream is cut, and the client connects again. */
function failed(tools: HttpTools, reply: FastifyReply, error: unknown): number {
  if (!reply.raw.headersSent) return tools.fail(reply, error);
  tools.log.warn({ err: error, request_id: reply.request.id }, "A live stream failed.");
  reply.raw.destroy();
  return reply.raw.statusCode;
}

async function open(feed: Feed, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { tools, followers, room, db } = feed;
  const actor = await tools.admit(request, "read");
  if (!may(actor, PERMISSION)) {
    throw new Problem("forbidden", `This credential does not have the permission ${PERMISSION}.`);
  }
  const query = readFeedQuery(request);
  if (tools.waiting.isEnding()) throw shuttingDown();
  const { credential, workspace } = actor;
  const leaveRoom = room.enter({ credential, workspace, network: networkOf(addressOf(request)) });
  const { follower, leave } = followers.join(workspace);
  try {
    await follower.started;
    const positions = sealedPositions(tools.env.secrets, workspace);
    const requested = query.lastEventId === undefined ? undefined : positions.read(query.lastEventId);
    const resumed = requested && (await findResumable(db, workspace, requested));
    reply.hijack();
    const headers = { ...reply.server.safety.answer, ...HEADERS, ...allowanceHeaders(request) };
    reply.raw.writeHead(200, { ...headers, "x-request-id": request.id });
    const stream = createStream({
      response: reply.raw,
      filter: query,
      from: resumed ?? follower.position,
      positions,
      onUnsent: tools.unsent.stream(credential, reply.raw).count,
    });
    if (query.lastEventId !== undefined && !resumed) stream.reset(stream.position());
    await run(feed, request, reply, { actor, follower, stream });
  } finally {
    leave();
    leaveRoom();
  }
}

/** Returns undefined for a position of another epoch or beyond the end of the log. Both come from before a restore. */
async function findResumable(db: Db, workspace: string, from: EpochPosition): Promise<EpochPosition | undefined> {
  const horizon = await db.read(workspace, readHorizon);
  return from.epoch === horizon.epoch && !isAfter(from, horizon) ? from : undefined;
}

interface Opened {
  actor: Actor;
  follower: Follower;
  stream: Stream;
}

/** Runs until the client is gone, the credential is no longer valid, or the server shuts down. */
async function run(feed: Feed, request: FastifyRequest, reply: FastifyReply, opened: Opened): Promise<void> {
  const { db, tools, checks, beatMs } = feed;
  const { actor, follower, stream } = opened;
  const { signal, done } = tools.waiting.start(reply.raw);
  const check = () => void mayStillRead(tools, request, actor).then((isAllowed) => isAllowed || reply.raw.end());
  const timer = setInterval(() => {
    stream.beat();
    check();
  }, beatMs);
  const checkIfConcerned = (whose: Whose) => {
    if (concerns(whose, actor)) check();
  };
  checks.add(checkIfConcerned);
  try {
    while (!signal.aborted) {
      await catchUp(db, actor.workspace, follower, stream, signal);
      await untilBehind(follower, stream, signal);
    }
  } finally {
    clearInterval(timer);
    checks.delete(checkIfConcerned);
    follower.remove(stream);
    done();
    reply.raw.end();
  }
}

/** Reads until the stream has reached the follower's position. Only then the follower may write to the stream. */
async function catchUp(
  db: Db,
  workspace: string,
  follower: Follower,
  stream: Stream,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await stream.drained();
    const moves = follower.moves;
    if (!isAfter(follower.position, stream.position())) return follower.add(stream);
    const page = await db.read(workspace, (tx) => factsAfter(tx, stream.position()));
    if (page.epoch !== stream.position().epoch) throw new Error("The log was replaced while a stream caught up.");
    stream.deliver(page.facts);
    // This read began after the follower's last move, so it has read at least the same facts.
    if (!page.hasMore && follower.moves === moves) return follower.add(stream);
  }
}

/**
 * Resolves when a slow client falls behind. The follower stops writing to its stream, which then catches up by itself.
 */
function untilBehind(follower: Follower, stream: Stream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      follower.remove(stream);
      signal.removeEventListener("abort", end);
      resolve();
    };
    stream.onBehind = end;
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

async function mayStillRead({ identify, log }: HttpTools, request: FastifyRequest, actor: Actor): Promise<boolean> {
  try {
    const now = await identify(request);
    return now.workspace === actor.workspace && may(now, PERMISSION);
  } catch (error) {
    // While the database is away, the credential cannot be checked and no fact can be read, so the stream stays open.
    if (error instanceof Problem) return error.status === 503;
    log.error({ err: error, request_id: request.id }, "A live stream's credential could not be checked.");
    return false;
  }
}

/** The live feed: all facts of the workspace as they happen, without a gap after a lost connection. */
import { BailiwickError, problemFrom } from "./error.ts";
import type { Fact } from "./generated/client.ts";
import { backoffMs, pause } from "./retry.ts";
import { addressOf, answerOf, type ClientOptions, headersOf, queryOf } from "./send.ts";

/** A fact, or `reset`: the log was replaced, so read your state again. */
export type LiveEvent = { event: "fact"; id: string; data: Fact } | { event: "reset"; id: string };

export interface LiveOptions {
  /** Only facts whose type begins with this text: `task.` or `task.completed`. */
  type?: string | undefined;
  /** Only facts about this subject. */
  subject_id?: string | undefined;
  /** The `id` of the last event that you received. Without it the feed starts now. */
  lastEventId?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Called when the stream is open, and when it is lost and will be opened again. */
  onConnection?: ((isOpen: boolean) => void) | undefined;
}

/** The server writes at least every 15 s, so after this time without a byte the connection is dead. */
const SILENCE_MAX_MS = 45_000;
const BACKOFF_MAX_MS = 30_000;

/** Ends when `signal` is aborted or the loop is left. Throws when the server refuses the credential. */
export async function* live(options: ClientOptions, liveOptions: LiveOptions): AsyncGenerator<LiveEvent> {
  const { signal } = liveOptions;
  let last = liveOptions.lastEventId;
  for (let failures = 0; !signal?.aborted; failures++) {
    let lost: unknown;
    try {
      for await (const event of connection(options, { ...liveOptions, lastEventId: last })) {
        failures = 0;
        last = event.id ?? last;
        // An event with an id and without data only moves the position.
        if (event.data !== undefined) yield toLive(event);
      }
    } catch (error) {
      lost = error;
    }
    if (!signal?.aborted) liveOptions.onConnection?.(false);
    await beforeNext(lost, failures, signal);
  }
}

/**
 * Waits before the next connection, only shortly after a stream that ended properly: a server ends all when it stops.
 */
async function beforeNext(lost: unknown, failures: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  const isExpected = lost === undefined || (lost instanceof BailiwickError && lost.isTransient);
  if (!isExpected) throw lost;
  const retryAfter = lost instanceof BailiwickError ? lost.retryAfterSeconds : 0;
  await pause(backoffMs(failures, retryAfter, BACKOFF_MAX_MS), signal).catch(() => undefined);
}

function toLive({ id = "", event, data }: StreamEvent): LiveEvent {
  // The server's types define the data of each event name.
  return event === "reset" ? { event, id } : { event: "fact", id, data: data as Fact };
}

async function* connection(
  options: ClientOptions,
  { type, subject_id, lastEventId, signal, onConnection }: LiveOptions,
): AsyncGenerator<StreamEvent> {
  const silence = new AbortController();
  const ended = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  let timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
  try {
    const response = await answerOf(signal, () =>
      (options.fetch ?? fetch)(addressOf(options, `/live${queryOf({ type, subject_id })}`), {
        headers: {
          ...headersOf(options),
          accept: "text/event-stream",
          ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
        },
        signal: ended,
      }),
    );
    if (!response.ok || !response.body) throw await refusal(response);
    onConnection?.(true);
    const read = eventReader();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await answerOf(signal, () => reader.read());
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
      yield* read(value);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

async function refusal(response: Response): Promise<BailiwickError> {
  const body: unknown = await response.json().catch(() => undefined);
  return new BailiwickError(problemFrom(response.status, body, response.headers.get("retry-after")));
}

export interface StreamEvent {
  id: string | undefined;
  event: string;
  data: unknown;
}

/** Returns a function that takes pieces of the stream and returns the complete events. */
export function eventReader(): (piece: string) => StreamEvent[] {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => eventOf(block) ?? []);
  };
}

function eventOf(block: string): StreamEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    // A line that begins with a colon is a heartbeat.
    if (name) fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
  }
  const data = fields.get("data");
  const id = fields.get("id");
  if (data === undefined && id === undefined) return undefined;
  return { id, event: fields.get("event") ?? "message", data: data ? JSON.parse(data) : undefined };
}

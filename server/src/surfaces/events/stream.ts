/** One open stream: what it wants, how far it is, and how its events are written. */
import type { ServerResponse } from "node:http";
import type { LoggedFact } from "../../kernel/facts/follow.ts";
import { type EpochPosition, isAfter, type Positions } from "../../kernel/facts/position.ts";
import type { FactOnWire } from "../../kernel/facts/schema.ts";

/** A client that has more than this to read gets no more until it has read it. Bytes. */
const UNREAD_BYTES_MAX = 1024 * 1024;
/** Signs of life that find a client still behind, after which it is cut off, even when a byte moves now and then. */
const STUCK_BEATS_MAX = 2;
/** What a browser waits before it comes back. Milliseconds. */
const RETRY_MS = 2_000;

export interface Wanted {
  /** What the type begins with. */
  type: string | undefined;
  subjectId: string | undefined;
}

export interface Stream {
  position(): EpochPosition;
  /** Called when the client reads too slowly to be written to as things happen. */
  onBehind: () => void;
  deliver(facts: readonly LoggedFact[]): void;
  reset(position: EpochPosition): void;
  /** Shows both sides that the other is there, and how far the log has been read. Cuts off who reads nothing. */
  beat(): void;
  /** Resolves when what was written is on its way, or the client is gone. */
  drained(): Promise<void>;
}

const texts = new WeakMap<FactOnWire, string>();

/** Many streams write the same fact. */
function factText(fact: FactOnWire): string {
  const known = texts.get(fact);
  if (known !== undefined) return known;
  const text = JSON.stringify(fact);
  texts.set(fact, text);
  return text;
}

export interface StreamParts {
  response: ServerResponse;
  wanted: Wanted;
  from: EpochPosition;
  positions: Positions;
  /** Gets the bytes that lie here for the client, whenever they change. */
  onUnsent: (bytes: number) => void;
}

export function createStream({ response, wanted, from, positions, onUnsent }: StreamParts): Stream {
  let at = from;
  let shown = from;
  let stuckBeats = 0;
  const wants = ({ type, subject }: FactOnWire) =>
    (wanted.type === undefined || type.startsWith(wanted.type)) &&
    (wanted.subjectId === undefined || subject.id === wanted.subjectId);

  function write(text: string): void {
    if (!response.destroyed) response.write(text, () => onUnsent(response.writableLength));
    onUnsent(response.writableLength);
  }

  // An event with an id and no data tells a client where to resume from, and is no event to its code.
  write(`retry: ${RETRY_MS}\nid: ${positions.id(from)}\n\n`);
  const stream: Stream = {
    position: () => at,
    onBehind: () => undefined,
    deliver(facts) {
      const from = at;
      let text = "";
      for (const { position, resume, fact } of facts) {
        if (!isAfter(position, from)) continue;
        if (isAfter(position, at)) at = position;
        if (!wants(fact)) continue;
        shown = isAfter(resume, from) ? resume : from;
        text += `id: ${positions.id(shown)}\nevent: fact\ndata: ${factText(fact)}\n\n`;
      }
      if (text !== "") write(text);
      if (response.writableLength > UNREAD_BYTES_MAX) stream.onBehind();
    },
    reset(position) {
      at = position;
      shown = position;
      write(`id: ${positions.id(position)}\nevent: reset\ndata: {"epoch":"${position.epoch}"}\n\n`);
    },
    beat() {
      stuckBeats = response.writableNeedDrain ? stuckBeats + 1 : 0;
      if (stuckBeats >= STUCK_BEATS_MAX) return void response.destroy();
      write(isAfter(at, shown) ? `: heartbeat\nid: ${positions.id(at)}\n\n` : ": heartbeat\n\n");
      shown = at;
    },
    drained: () => untilDrained(response),
  };
  return stream;
}

function untilDrained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed || !response.writableNeedDrain) return resolve();
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

/** One open stream: filters the facts, writes the events and keeps the position. */
import type { ServerResponse } from "node:http";
import type { LoggedFact } from "../../kernel/facts/follow.ts";
import { type EpochPosition, isAfter, type Positions } from "../../kernel/facts/position.ts";
import type { FactOnWire } from "../../kernel/facts/schema.ts";
import { untilDrained } from "../http/drained.ts";

/** A client with more unread bytes than this gets no more facts until it has read them. */
const UNREAD_BYTES_MAX = 1024 * 1024;
/** A client that has not read everything at this many heartbeats in a row is cut off. */
const STUCK_BEATS_MAX = 2;
/** A browser waits this time before it connects again. */
const RETRY_MS = 2_000;

export interface FactFilter {
  /** The beginning of the fact's type. */
  type: string | undefined;
  subjectId: string | undefined;
}

export interface Stream {
  position(): EpochPosition;
  /** Called when the client has too many unread bytes. */
  onBehind: () => void;
  deliver(facts: readonly LoggedFact[]): void;
  reset(position: EpochPosition): void;
  /** Sends a heartbeat with the present position. Cuts off a client that has stopped reading. */
  beat(): void;
  /** Resolves when the written bytes are sent or the client is gone. */
  drained(): Promise<void>;
}

const texts = new WeakMap<FactOnWire, string>();

/** Serialises a fact once for all streams. */
function factText(fact: FactOnWire): string {
  const known = texts.get(fact);
  if (known !== undefined) return known;
  const text = JSON.stringify(fact);
  texts.set(fact, text);
  return text;
}

export interface StreamParts {
  response: ServerResponse;
  filter: FactFilter;
  from: EpochPosition;
  positions: Positions;
  /** Called with the number of unsent bytes when it changes. */
  onUnsent: (bytes: number) => void;
}

export function createStream({ response, filter, from, positions, onUnsent }: StreamParts): Stream {
  let at = from;
  let shown = from;
  let stuckBeats = 0;
  const matches = ({ type, subject }: FactOnWire) =>
    (filter.type === undefined || type.startsWith(filter.type)) &&
    (filter.subjectId === undefined || subject.id === filter.subjectId);

  function write(text: string): void {
    if (!response.destroyed) response.write(text, () => onUnsent(response.writableLength));
    onUnsent(response.writableLength);
  }

  // An event with an id and no data sets the client's position to resume from, and does not reach its code.
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
        if (!matches(fact)) continue;
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

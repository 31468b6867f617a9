/** Ids of events: UUIDs of version 7 whose time is the database's clock, because the time of an id names its partition. */
import { randomBytes } from "node:crypto";

/** The ids of one batch rise in its order. */
const SEQUENCE_MAX = 0xfff;

export function eventIds(now: Date, count: number): string[] {
  if (count > SEQUENCE_MAX) throw new Error(`A batch has at most ${SEQUENCE_MAX} events.`);
  const time = now.getTime().toString(16).padStart(12, "0");
  const random = randomBytes(8 * count);
  return Array.from({ length: count }, (_, place) => {
    const sequence = place.toString(16).padStart(3, "0");
    const rest = random.subarray(8 * place, 8 * place + 8);
    rest[0] = ((rest[0] ?? 0) & 0x3f) | 0x80;
    const hex = rest.toString("hex");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${hex.slice(0, 4)}-${hex.slice(4)}`;
  });
}

/** The smallest id of an event at a time. */
export function firstEventId(ms: number): string {
  const time = ms.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}

/** Divides what a request holds into batches that each fit one operation. */

/** The largest input of the operation, and less than its limits of values and bytes, which the dispatcher counts. */
export const BATCH_MAX = 4_000;
const BATCH_VALUES = 50_000;
const BATCH_BYTES = 4 * 1024 * 1024;
/** A sender waits for all batches. What comes after them is refused for good, so that the sender does not repeat it. */
export const REQUEST_MAX = 5 * BATCH_MAX;

type Item = Record<string, unknown>;

/** In their order. An item that is too large for any batch comes alone. */
export function batchesOf(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  let room = { items: 0, values: 0, bytes: 0 };
  for (const item of items) {
    const [values, bytes] = sizeOf(item);
    if (room.items < 1 || room.values < values || room.bytes < bytes) {
      room = { items: BATCH_MAX, values: BATCH_VALUES, bytes: BATCH_BYTES };
      batches.push([]);
    }
    room = { items: room.items - 1, values: room.values - values, bytes: room.bytes - bytes };
    batches.at(-1)?.push(item);
  }
  return batches;
}

function sizeOf(item: Item): [values: number, bytes: number] {
  const inside = Object.values(item).map((value) =>
    typeof value === "object" && value !== null ? 1 + Object.keys(value).length : 1,
  );
  return [1 + inside.reduce((sum, values) => sum + values, 0), Buffer.byteLength(JSON.stringify(item))];
}

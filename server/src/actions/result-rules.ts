/** Makes what another server returned fit into a document of the database. Pure. */

const RESULT_BYTES_MAX = 16 * 1_024;
/** NUL and halves of surrogate pairs, as JSON writes them. */
const NOT_STORED = /\\u(?:0000|d[89a-f][0-9a-f]{2})/gi;

/** Replaces characters that the database cannot hold, and leaves out a result that is too large. */
export function storable<T extends object>(value: T): T {
  // The copy has the fields of the value.
  const copy = JSON.parse(JSON.stringify(value).replaceAll(NOT_STORED, "\\ufffd")) as T & { result?: object };
  if (copy.result && Buffer.byteLength(JSON.stringify(copy.result)) > RESULT_BYTES_MAX) copy.result = { is_cut: true };
  return copy;
}

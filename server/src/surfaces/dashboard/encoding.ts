/** Chooses the encoding of a file by the request's `Accept-Encoding` header. */

/** In the order of preference: among encodings that the browser accepts equally, the first wins. */
export const ENCODINGS = ["br", "gzip", "identity"] as const;
export type Encoding = (typeof ENCODINGS)[number];

const LENGTH_MAX = 300;

/**
 * `has` returns true for the encodings in which the file exists. If the browser accepts none, the result is identity.
 */
export function encodingFor(accepted: string | undefined, has: (encoding: Encoding) => boolean): Encoding {
  const weights = weightsOf((accepted ?? "").slice(0, LENGTH_MAX));
  // `identity` is acceptable unless the header refuses it, so its weight is the smallest above zero.
  const weightOf = (one: Encoding) =>
    weights.get(one) ?? weights.get("*") ?? (one === "identity" ? Number.MIN_VALUE : 0);
  const [best] = ENCODINGS.filter((one) => has(one) && weightOf(one) > 0).sort((a, b) => weightOf(b) - weightOf(a));
  return best ?? "identity";
}

/** Returns true when the header names the type itself. A wildcard does not count. */
export function namesType(accepted: string | undefined, type: string): boolean {
  return (weightsOf((accepted ?? "").slice(0, LENGTH_MAX)).get(type) ?? 0) > 0;
}

function weightsOf(header: string): Map<string, number> {
  return new Map(
    header.split(",").map((part): [string, number] => {
      const [name = "", ...parameters] = part.split(";").map((one) => one.trim().toLowerCase());
      const [, weight] = parameters.map((one) => /^q=([01](?:\.[0-9]{0,3})?)$/.exec(one)).find((one) => one) ?? [];
      return [name, weight === undefined ? 1 : Number(weight)];
    }),
  );
}

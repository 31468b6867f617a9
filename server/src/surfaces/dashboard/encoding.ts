/** Which form of a file a browser is sent, by what it says it understands. */

/** Best first: what counts as much as another for the browser is sent as the smallest. */
export const ENCODINGS = ["br", "gzip", "identity"] as const;
export type Encoding = (typeof ENCODINGS)[number];

const LENGTH_MAX = 300;

/** `has`: the forms there are, of which the file itself is always one and is sent also to whoever wants none. */
export function encodingFor(accepted: string | undefined, has: (encoding: Encoding) => boolean): Encoding {
  const weights = weightsOf((accepted ?? "").slice(0, LENGTH_MAX));
  // Of the file itself a browser need not speak: it is taken unless it is refused by name.
  const weightOf = (one: Encoding) =>
    weights.get(one) ?? weights.get("*") ?? (one === "identity" ? Number.MIN_VALUE : 0);
  const [best] = ENCODINGS.filter((one) => has(one) && weightOf(one) > 0).sort((a, b) => weightOf(b) - weightOf(a));
  return best ?? "identity";
}

/** Whether a type is asked for by its own name; `*` asks for nothing in particular. */
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

/** The prices that a workspace sets. Pure. */
import type { Override } from "../price-schema.ts";

/** The call of a model whose price is wanted. */
export interface PricedCall {
  model: string;
  /** As the catalogue names it, or as the event does when the catalogue does not know it. */
  provider: string | undefined;
  at: Date;
}

/**
 * Returns the override that holds for the call. One for its provider comes before one for any provider, and then the
 * newest comes first. `nameOf` gives all spellings of a provider one name.
 */
export function findOverride(
  overrides: readonly Override[],
  { model, provider, at }: PricedCall,
  nameOf: (provider: string) => string,
): Override | undefined {
  const name = provider === undefined ? undefined : nameOf(provider);
  const fitting = overrides.filter(
    (one) =>
      one.model.toLowerCase() === model.toLowerCase() &&
      (one.provider === null || (name !== undefined && nameOf(one.provider) === name)) &&
      (one.valid_from === null || Date.parse(one.valid_from) <= at.getTime()) &&
      (one.valid_to === null || at.getTime() < Date.parse(one.valid_to)),
  );
  return fitting.sort(compare)[0];
}

function compare(one: Override, other: Override): number {
  const byProvider = Number(one.provider === null) - Number(other.provider === null);
  if (byProvider !== 0) return byProvider;
  const newest = [one, other].map(({ known_since, id }) => `${known_since} ${id}`);
  return (newest[0] ?? "") > (newest[1] ?? "") ? -1 : 1;
}

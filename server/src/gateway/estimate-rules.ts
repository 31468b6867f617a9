/** Estimates the tokens of a call before it is sent. Pure. */

/** Of English text. */
const CHARACTERS_OF_TOKEN = 4;
/** Of a call of an agent and a model that the gateway does not know yet. */
export const TOKENS_OUT_DEFAULT = 1_000;
const PERCENTILE = 0.9;
/** The calls that are remembered of an agent and a model. */
export const RECENT_MAX = 50;

export const tokensOf = (characters: number): number => Math.ceil(characters / CHARACTERS_OF_TOKEN);

/** The 90th percentile (nearest rank) of the last calls, and never more than the caller allows. */
export function expectedOut(recent: readonly number[], max: number | null): number {
  const sorted = [...recent].sort((one, other) => one - other);
  const usual = sorted[Math.ceil(PERCENTILE * sorted.length) - 1] ?? TOKENS_OUT_DEFAULT;
  return max === null ? usual : Math.min(usual, max);
}

/** US dollars of a million tokens, for a model without a price: a call is never free by mistake. In nano-dollars of a token. */
const UNPRICED = { in: 5_000n, out: 25_000n };

export function unpricedNanos(tokensIn: number, tokensOut: number): bigint {
  return BigInt(tokensIn) * UNPRICED.in + BigInt(tokensOut) * UNPRICED.out;
}

/** The limits of device codes, and the form of a user code. Pure. */
import type { Limits } from "../auth/index.ts";

export const CODE_MINUTES = 10;
export const INTERVAL_SECONDS = 5;
/** The codes of all networks together that may be valid at one time. */
export const CODES_MAX = 10_000;
/** The codes that one network may request. */
export const CODES_OF_NETWORK: Limits = { perMinute: 30, perHour: 300 };
/** The user codes that one person may enter, right or wrong. */
export const ENTRIES_OF_PERSON: Limits = { perMinute: 20, perHour: 100 };

/** No vowels, so that no word appears, and no letters that look alike. */
const LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
const HALF = 4;
const LENGTH = 2 * HALF;
/** The largest multiple of the number of letters in a byte. Above it, a letter would be more likely than others. */
const FAIR_BELOW = 256 - (256 % LETTERS.length);

/** Makes a user code from random bytes; undefined when too few of them are fair. */
export function userCodeOf(bytes: Uint8Array): string | undefined {
  const fair = [...bytes].filter((byte) => byte < FAIR_BELOW).slice(0, LENGTH);
  if (fair.length < LENGTH) return undefined;
  const letters = fair.map((byte) => LETTERS[byte % LETTERS.length]).join("");
  return `${letters.slice(0, HALF)}-${letters.slice(HALF)}`;
}

/** Returns the letters of a user code as a person wrote it. */
export function lettersOf(userCode: string): string {
  return userCode.toUpperCase().replace(/[\s-]/g, "");
}

/** Plain English as data: words and openings of comments that readers have to read twice. */
import type { Source } from "./sources.ts";

/** The state of a stopped attempt is a word of the API. */
const STATE = /"asked"/g;
const WORDS = /\b(?:anew|whoever|whomever|whatever|beside|told|asked|whom)\b/i;
/** A comment starts with its subject or with a verb such as "Returns". */
const OPENINGS = /(?:\/\*\*|\/\/) (?:What|Who|Whose|How|Whether|Answers)\b/;
/** The unit belongs in the name: `KEPT_MS`. */
const UNITS = /\. (?:Milliseconds|Seconds|Pixels|Characters|Bytes)\.(?: \*\/)?$/;

/** Returns the lines that are not plain English, each with its number. */
export function wordFaults({ lines }: Source): string[] {
  return lines.flatMap((line, at) =>
    [WORDS, OPENINGS, UNITS].some((pattern) => pattern.test(line.replaceAll(STATE, "")))
      ? [`${at + 1}: ${line.trim()}`]
      : [],
  );
}

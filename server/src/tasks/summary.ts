/** The event repeats this number of characters of a result. The task has the whole result. */
const SUMMARY_LENGTH_MAX = 500;

export function summaryOf(output: unknown): { output_summary?: string } {
  if (output === undefined || output === null) return {};
  const text = typeof output === "string" ? output : JSON.stringify(output);
  // The cut must not leave half of a surrogate pair.
  const short = text.length > SUMMARY_LENGTH_MAX ? text.slice(0, SUMMARY_LENGTH_MAX).toWellFormed() : text;
  return { output_summary: short };
}

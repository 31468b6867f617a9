/** Characters of a result that its event repeats; the whole of it is on the task. */
const SUMMARY_LENGTH_MAX = 500;

export function summaryOf(output: unknown): { output_summary?: string } {
  if (output === undefined || output === null) return {};
  const text = typeof output === "string" ? output : JSON.stringify(output);
  // Cut between characters, so that no half of a pair is left.
  const short = text.length > SUMMARY_LENGTH_MAX ? text.slice(0, SUMMARY_LENGTH_MAX).toWellFormed() : text;
  return { output_summary: short };
}

/** Runs one step for many items, a few at a time and in order. */

export interface ManyDone<Item, Output> {
  done: { item: Item; output: Output }[];
  failed: { item: Item; error: unknown }[];
}

const AT_ONCE = 4;

/** A failure does not stop the other items. */
export async function runMany<Item, Output>(
  items: readonly Item[],
  step: (item: Item) => Promise<Output>,
): Promise<ManyDone<Item, Output>> {
  const waiting = [...items];
  const result: ManyDone<Item, Output> = { done: [], failed: [] };
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        result.done.push({ item, output: await step(item) });
      } catch (error) {
        result.failed.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return result;
}

const REASONS_SHOWN = 3;

/** Returns each reason once, with the number of times it occurred. */
export function whyText(whys: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const why of whys) counts.set(why, (counts.get(why) ?? 0) + 1);
  const reasons = [...counts].map(([why, count]) => (count === 1 ? why : `${count} times: ${why}`));
  const rest = reasons.length - REASONS_SHOWN;
  return [
    ...reasons.slice(0, REASONS_SHOWN),
    ...(rest > 0 ? [rest === 1 ? "And 1 other reason." : `And ${rest} other reasons.`] : []),
  ].join(" ");
}

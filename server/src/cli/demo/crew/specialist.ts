/** Merges the results of all batches into one report, and reviews packages that have several versions. */
import { type Client, Escalation, type Handler, type Task } from "../../../../../sdk/src/index.ts";
import { mergeReport, severalVersions } from "../../../demo/packages/merge.ts";
import { BatchResult, type PackageFacts, parse } from "../../../demo/packages/shapes.ts";
import { ask } from "./ask.ts";

/** The title of the specialist's second task, which distinguishes it from the first. */
export const REVIEW_TITLE = "Review packages in several versions";

export function specialize(client: Client): Handler {
  return async (task, { signal }) => {
    const found = await resultsOf(client, task, signal);
    if (task.title !== REVIEW_TITLE) return mergeReport(found, await biggestWanted(client, task, signal));
    const several = severalVersions(found);
    if (several.length === 0) return { several_versions: 0 };
    const [first] = several;
    throw new Escalation(
      `${several.length} of the packages are installed in several versions, ${first?.name} for one.`,
    );
  };
}

/** Reads the results of the batches. They are completed: a task starts only after the tasks that it depends on. */
async function resultsOf(client: Client, { depends_on }: Task, signal: AbortSignal): Promise<PackageFacts[]> {
  const found: PackageFacts[] = [];
  for (const id of depends_on) {
    const { title, output } = await client.tasks.get({ id }, { signal });
    found.push(...parse(BatchResult, output, `The result of "${title}"`).packages);
  }
  return found;
}

async function biggestWanted(client: Client, task: Task, signal: AbortSignal): Promise<number | undefined> {
  const answer = await ask(client, task, "How many of the biggest packages should the report name?", signal);
  const number = Number(answer);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

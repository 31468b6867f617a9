/** Makes one report of the results of all batches, and reviews what is installed in several versions. */
import { type Client, Escalation, type Handler, type Task } from "../../../../../sdk/src/index.ts";
import { mergeReport, severalVersions } from "../../../demo/packages/merge.ts";
import { BatchResult, type PackageFacts, parse } from "../../../demo/packages/shapes.ts";
import { ask } from "./ask.ts";

/** What the specialist's second task is called, so that it is told from the first. */
export const REVIEW_TITLE = "Review packages in several versions";

export function specialize(client: Client): Handler {
  return async (task, { signal }) => {
    const found = await resultsOf(client, task, signal);
    if (task.title !== REVIEW_TITLE) return mergeReport(found, await biggestWanted(client, task, signal));
    const several = severalVersions(found);
    if (several.length === 0) return { several_versions: 0 };
    const [first] = several;
    throw new Escalation(
      `${several.length} of the packages are installed in several versions, ${first?.name} for one. ` +
        "Whether that is to be mended is not mine to decide.",
    );
  };
}

/** The tasks it depends on are completed, or it would not have been given this one. */
async function resultsOf(client: Client, { depends_on }: Task, signal: AbortSignal): Promise<PackageFacts[]> {
  const found: PackageFacts[] = [];
  for (const id of depends_on) {
    const { title, output } = await client.tasks.get({ id }, { signal });
    found.push(...parse(BatchResult, output, `The result of "${title}"`).packages);
  }
  return found;
}

async function biggestWanted(client: Client, task: Task, signal: AbortSignal): Promise<number | undefined> {
  const answer = await ask(client, task, "How many of the biggest packages shall the report name?", signal);
  const number = Number(answer);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

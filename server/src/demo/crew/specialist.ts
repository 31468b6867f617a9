/** Makes one report of the results of all batches. */
import type { Client, Handler } from "../../../../sdk/src/index.ts";
import { mergeReport } from "../packages/merge.ts";
import { BatchResult, type PackageFacts, parse } from "../packages/shapes.ts";

/** The tasks it depends on are completed, or it would not have been given this one. */
export function mergeBatches(client: Client): Handler {
  return async ({ depends_on }, { signal }) => {
    const found: PackageFacts[] = [];
    for (const id of depends_on) {
      const { title, output } = await client.tasks.get({ id }, { signal });
      found.push(...parse(BatchResult, output, `The result of "${title}"`).packages);
    }
    return mergeReport(found);
  };
}

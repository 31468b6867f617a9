import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { retentionChanged } from "../facts.ts";
import { retentionOf } from "../retention.ts";
import { keptDays, requireFloor } from "../retention-rules.ts";
import { FloorDays, Retention } from "../retention-schema.ts";
import { lockFloor, saveFloor } from "../store/retention.ts";

export const setRetention = command({
  name: "obs.set_retention",
  summary: "Set for how many days telemetry and the large data of facts are kept at least, when the tier keeps less.",
  description:
    "Telemetry is events, runs and sums. Facts and their hashes are always kept; data of more than 2 KiB then has only its " +
    "short fields. null leaves the decision to the tier.",
  route: "POST /obs/retention",
  permission: "obs:manage",
  pastQuota: "passes",
  input: Fields({ floor_days: FloorDays }),
  output: Retention,
  problems: ["invalid_input"],
  async run({ tx }, { floor_days: to }) {
    const from = await lockFloor(tx);
    const retention = await retentionOf(tx);
    requireFloor(retention.tier_days, to);
    const output = { ...retention, floor_days: to, kept_days: keptDays(retention.tier_days, to) };
    if (from === to) return unchanged(output);
    await saveFloor(tx, to);
    return changed(output, retentionChanged(tx.workspace, { from, to }));
  },
});

import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { retentionOf } from "../retention.ts";
import { Retention } from "../retention-schema.ts";

export const getRetention = query({
  name: "obs.get_retention",
  summary:
    "Read for how many days telemetry and the large data of facts are kept: by the tier, and at least by the setting of the workspace.",
  route: "GET /obs/retention",
  permission: "obs:read",
  input: Fields({}),
  output: Retention,
  problems: [],
  run: ({ tx }) => retentionOf(tx),
});

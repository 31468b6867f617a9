import Type from "typebox";
import { listFacts } from "../../kernel/facts/list.ts";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { auditEntries } from "../audit-entries.ts";
import { RiskAuditPage } from "../schema.ts";

export const listRiskAudit = query({
  name: "risk.list_audit",
  summary: "List every outcome of risk policies, newest first: what changed, was skipped, failed or was taken back.",
  description: "The entries are facts of the area `risk`. A page may be shorter than its limit although more follow.",
  route: "GET /risk/audit",
  permission: "risk:read",
  input: Fields({ ...PageInput, policy_id: Type.Optional(Id), agent_id: Type.Optional(Id) }),
  output: RiskAuditPage,
  problems: [],
  async run({ tx }, { policy_id, agent_id, ...page }) {
    const { items, next_cursor } = await listFacts(tx, { type: "risk.", subject_id: policy_id, agent_id }, page);
    return { items: items.flatMap(auditEntries), next_cursor };
  },
});

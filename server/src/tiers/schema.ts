/** The shapes of a workspace's tier. */
import Type, { type Static } from "typebox";
import { Fields, Id, Literals } from "../kernel/schema.ts";

export const TIER_NAMES = ["free", "production", "pro", "agency"] as const;
export type TierName = (typeof TIER_NAMES)[number];
export const TierNameField = Literals(TIER_NAMES, { title: "TierName" });

const Count = Type.Integer({ minimum: 0 });

export const TierLimits = Fields({
  agent_limit: Count,
  retention_days: Count,
  alert_rule_limit: Count,
  health_history_days: Type.Integer({ minimum: 0, description: "0 means only today." }),
  anomaly_detection_enabled: Type.Boolean(),
  slack_notifications_enabled: Type.Boolean(),
  multi_workspace_enabled: Type.Boolean(),
  priority_processing: Type.Boolean(),
  max_api_keys: Type.Integer({ minimum: 0, description: "The most keys that are neither revoked nor expired." }),
  max_batch_size: Type.Integer({ minimum: 1, description: "The most events in one request." }),
  stored_bytes_per_day: Type.Integer({
    minimum: 0,
    description: "The most bytes of command inputs from midnight to midnight UTC. Each input counts at least 1 KiB.",
  }),
  attachment_bytes: Type.Integer({ minimum: 0, description: "The most bytes of all attachments together." }),
  work_per_minute: Type.Integer({ description: "The most requests of all agents that do tasks." }),
  max_daily_spend_cap_usd: Type.Number({ description: "The highest daily spend cap a policy may have." }),
});
export type TierLimits = Static<typeof TierLimits>;

export const Tier = Fields({
  workspace_id: Id,
  tier_name: TierNameField,
  limits: TierLimits,
  usage: Fields({
    agents: Count,
    api_keys: Count,
    alert_rules: Count,
    attachment_bytes: Count,
    stored_bytes_today: Type.Integer({
      minimum: 0,
      description: "Each server may have added up to 1 MiB that it has not used yet.",
    }),
  }),
});

/** The only table of the tiers' limits. */
import type { TierLimits, TierName } from "./schema.ts";

/** Means "no limit". */
const NO_LIMIT = 9_999;
const MIB = 1_048_576;
const GIB = 1_024 * MIB;

export const TIERS: Record<TierName, TierLimits> = {
  free: {
    agent_limit: 2,
    retention_days: 7,
    alert_rule_limit: 0,
    health_history_days: 0,
    anomaly_detection_enabled: false,
    slack_notifications_enabled: false,
    multi_workspace_enabled: false,
    priority_processing: false,
    max_api_keys: 1,
    max_batch_size: 100,
    stored_bytes_per_day: 256 * MIB,
    attachment_bytes: 2 * GIB,
    work_per_minute: 12_000,
    max_daily_spend_cap_usd: 50,
  },
  production: {
    agent_limit: 10,
    retention_days: 30,
    alert_rule_limit: 3,
    health_history_days: 7,
    anomaly_detection_enabled: false,
    slack_notifications_enabled: true,
    multi_workspace_enabled: false,
    priority_processing: false,
    max_api_keys: 3,
    max_batch_size: 500,
    stored_bytes_per_day: 2 * GIB,
    attachment_bytes: 20 * GIB,
    work_per_minute: 30_000,
    max_daily_spend_cap_usd: 200,
  },
  pro: {
    agent_limit: 50,
    retention_days: 90,
    alert_rule_limit: NO_LIMIT,
    health_history_days: 30,
    anomaly_detection_enabled: true,
    slack_notifications_enabled: true,
    multi_workspace_enabled: false,
    priority_processing: false,
    max_api_keys: 10,
    max_batch_size: 1_000,
    stored_bytes_per_day: 10 * GIB,
    attachment_bytes: 100 * GIB,
    work_per_minute: 60_000,
    max_daily_spend_cap_usd: 500,
  },
  agency: {
    agent_limit: NO_LIMIT,
    retention_days: 180,
    alert_rule_limit: NO_LIMIT,
    health_history_days: 90,
    anomaly_detection_enabled: true,
    slack_notifications_enabled: true,
    multi_workspace_enabled: true,
    priority_processing: true,
    max_api_keys: NO_LIMIT,
    max_batch_size: 1_000,
    stored_bytes_per_day: 50 * GIB,
    attachment_bytes: 500 * GIB,
    work_per_minute: 120_000,
    max_daily_spend_cap_usd: 2_000,
  },
};

/** The operations of telemetry. */
import type { Operation } from "../kernel/operation.ts";
import { createFee } from "./operations/create-fee.ts";
import { createPriceOverride } from "./operations/create-price-override.ts";
import { deleteFee } from "./operations/delete-fee.ts";
import { deletePriceOverride } from "./operations/delete-price-override.ts";
import { endFee } from "./operations/end-fee.ts";
import { finishRun } from "./operations/finish-run.ts";
import { forgetTelemetry } from "./operations/forget-telemetry.ts";
import { getAgentHealth } from "./operations/get-agent-health.ts";
import { getAgentMetrics } from "./operations/get-agent-metrics.ts";
import { getEvent } from "./operations/get-event.ts";
import { getOverview } from "./operations/get-overview.ts";
import { getRetention } from "./operations/get-retention.ts";
import { getRun } from "./operations/get-run.ts";
import { getTaskCosts } from "./operations/get-task-costs.ts";
import { heartbeatAgent } from "./operations/heartbeat-agent.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { ingestOtlp } from "./operations/ingest-otlp.ts";
import { listAgentMetrics } from "./operations/list-agent-metrics.ts";
import { listEvents } from "./operations/list-events.ts";
import { listFees } from "./operations/list-fees.ts";
import { listHealth } from "./operations/list-health.ts";
import { listPrices } from "./operations/list-prices.ts";
import { listRuns } from "./operations/list-runs.ts";
import { repriceEvents } from "./operations/reprice-events.ts";
import { setRetention } from "./operations/set-retention.ts";
import { startRun } from "./operations/start-run.ts";
import { summarizeCostDays } from "./operations/summarize-cost-days.ts";
import { summarizeCosts } from "./operations/summarize-costs.ts";
import { summarizeOutcomes } from "./operations/summarize-outcomes.ts";

export const OBSERVABILITY_OPERATIONS: readonly Operation[] = [
  ingestEvents,
  heartbeatAgent,
  ingestOtlp,
  listEvents,
  getEvent,
  getOverview,
  listAgentMetrics,
  getAgentMetrics,
  summarizeCosts,
  summarizeCostDays,
  getTaskCosts,
  summarizeOutcomes,
  listHealth,
  getAgentHealth,
  startRun,
  finishRun,
  listRuns,
  getRun,
  getRetention,
  setRetention,
  forgetTelemetry,
  listPrices,
  createPriceOverride,
  deletePriceOverride,
  repriceEvents,
  listFees,
  createFee,
  endFee,
  deleteFee,
];

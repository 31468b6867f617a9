/** Connects the routes of OTLP with the slice that stores events. */
import { ingestOtlp } from "../observability/operations/ingest-otlp.ts";
import { readOtlp } from "../observability/otlp/read-otlp.ts";
import type { Extension } from "../surfaces/http/tools.ts";
import { otlpRoutes } from "../surfaces/otlp/otlp.ts";

export const otlpReceiver = (): Extension => otlpRoutes({ read: readOtlp, ingest: ingestOtlp });

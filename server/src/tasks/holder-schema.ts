/** The fields of a started task that are for the worker of its holder. */
import Type from "typebox";
import { EstimateSource } from "../caps/schema.ts";
import { Defaulted } from "../kernel/schema.ts";

export const FOR_WORKER = {
  env: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description:
        "Variables for the process that works on the task, such as Claude Code: what it exports by OpenTelemetry then " +
        "counts for the task. They have no secret: add OTEL_EXPORTER_OTLP_HEADERS with the key of the agent.",
    }),
  ),
  allowed_model: Type.Optional(
    Type.String({ description: "A limit was passed: use this cheaper model for the task, and no other." }),
  ),
  estimate_usd: Type.Optional(
    Type.Number({ description: "What the caps reserved for this attempt, if any is above it." }),
  ),
  estimate_source: Type.Optional(EstimateSource),
};

/** Over MCP the model works itself, and starts no process. */
export const WantsEnv = Defaulted(
  Type.Boolean({ description: "Add env to each started task: variables for the process that works on the task." }),
  true,
);

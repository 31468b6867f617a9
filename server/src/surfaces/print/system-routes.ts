/** The routes that are no operations, described for the OpenAPI document with the shapes that their handlers read. */
import Type, { type TObject, type TSchema } from "typebox";
import type { Route } from "../../kernel/operation.ts";
import type { ProblemCode } from "../../kernel/problem.ts";
import { AttachmentPath, FileBytes, TaskPath, UploadQuery } from "../attachments/schema.ts";
import { LiveHeaders, LiveQuery } from "../events/schema.ts";
import { BillingEvent, BillingHeaders, BillingOutcome } from "../webhooks/schema.ts";

export interface SystemRoute {
  name: string;
  route: Route;
  summary: string;
  description?: string;
  /** Without one the route needs no credential. */
  permission?: string;
  query?: TObject;
  headers?: TObject;
  /** The fields of the path. */
  path?: TObject;
  body?: TSchema;
  /** The type of the body, unless it is JSON. */
  bodyType?: "*/*" | "text/plain";
  /** True when a repeat with the same `Idempotency-Key` gets the first answer. */
  isKeyed?: true;
  /** The default is 200. */
  status?: 201;
  /** The shape, or the name of the operation that answers with the same. */
  output: TSchema | { ofOperation: string };
  mediaType?: "text/event-stream" | "text/plain" | "*/*";
  /** True when the response carries the headers of the limits. */
  isLimited?: true;
  problems: readonly ProblemCode[];
}

const Ok = Type.Object({ status: Type.Literal("ok") });
const Health = Type.Object({
  status: Type.Literal("ok"),
  installation: Type.Optional(Type.String({ description: "The same for all servers of one installation." })),
});

export const SYSTEM_ROUTES: readonly SystemRoute[] = [
  {
    name: "webhooks.billing",
    route: "POST /obs/webhooks/billing",
    summary: "Receive an event of the billing system about a subscription, signed as Standard Webhooks defines it.",
    description:
      "Exists only where a secret is configured. Deliveries may come late, twice and out of order. `unauthenticated`: the signature is missing, wrong or old. `not_found`: the workspace does not exist, or no secret is configured. `in_flight`: another request applies the same delivery. `idempotency_mismatch`: another delivery has used this id.",
    headers: BillingHeaders,
    body: BillingEvent,
    output: BillingOutcome,
    problems: [
      ...(["invalid_input", "unauthenticated", "not_found", "in_flight", "idempotency_mismatch"] as const),
      ...(["too_large", "unsupported_media_type", "rate_limited", "unavailable"] as const),
    ],
  },
  {
    name: "witness.add_checkpoint",
    route: "POST /witness/add-checkpoint",
    summary: "Cosign a checkpoint of a log that this server witnesses, as C2SP's tlog-witness defines it.",
    description:
      "The body is `old N`, the hashes of a consistency proof from size N, an empty line and the signed checkpoint. The answer is the line of a cosignature (`cosignature/v1`). `not_found`: no key of this log is configured. `forbidden`: none of its keys signed the checkpoint. 409, with a size as `text/x.tlog.size`: the proof must begin at that size, or the log shows another root for it. `inconsistent`: the proof is wrong.",
    body: Type.String(),
    bodyType: "text/plain",
    output: Type.String(),
    mediaType: "text/plain",
    isLimited: true,
    problems: ["invalid_input", "forbidden", "not_found", "too_large", "inconsistent", "rate_limited", "unavailable"],
  },
  {
    name: "witness.get_key",
    route: "GET /witness/key",
    summary: "Read the key that verifies the cosignatures of this server as a witness.",
    description: "`not_found`: this server witnesses no log.",
    output: Type.String(),
    mediaType: "text/plain",
    isLimited: true,
    problems: ["not_found", "rate_limited"],
  },
  {
    name: "system.health",
    route: "GET /health",
    summary: "Read whether the process runs.",
    output: Health,
    problems: [],
  },
  {
    name: "system.ready",
    route: "GET /ready",
    summary: "Read whether the database is reachable and its migrations are current.",
    output: Ok,
    problems: ["unavailable"],
  },
  {
    name: "system.openapi",
    route: "GET /openapi.json",
    summary: "Read this document.",
    output: Type.Object({}),
    isLimited: true,
    problems: ["rate_limited"],
  },
  {
    name: "system.live",
    route: "GET /live",
    summary: "Follow the facts of the workspace as they happen, as server-sent events.",
    description:
      "The data of each `fact` event is a fact as `audit.list` returns it. Its id is the position to resume from with `Last-Event-ID`. A `reset` event says that the position belongs to a log before a restore: read everything again. A comment every 15 seconds shows that the stream is alive.",
    permission: "audit:read",
    query: LiveQuery,
    headers: LiveHeaders,
    output: Type.String(),
    mediaType: "text/event-stream",
    isLimited: true,
    problems: [
      ...(["invalid_input", "unauthenticated", "forbidden", "not_found"] as const),
      ...(["rate_limited", "overloaded", "unavailable"] as const),
    ],
  },
  {
    name: "attachments.upload",
    route: "POST /tasks/{id}/attachments",
    summary: "Attach a file of at most 25 MiB to a task. The body is the file, of any Content-Type.",
    description:
      "The assignee and the creator of the task, the assignee of its parent and people may attach files, in any state. Content-Type is kept as the type of the file, except that pictures get the type of their bytes. `not_assignee`: an agent without a part in the task. `conflict`: the task has 100 attachments. `tier_limit`: the workspace has used its bytes. `overloaded`: too many uploads run at the same time; wait and repeat.",
    permission: "tasks:write",
    path: TaskPath,
    query: UploadQuery,
    body: FileBytes,
    bodyType: "*/*",
    isKeyed: true,
    status: 201,
    output: { ofOperation: "attachments.create" },
    isLimited: true,
    problems: [
      ...([
        "invalid_input",
        "unauthenticated",
        "forbidden",
        "not_assignee",
        "origin",
        "tier_limit",
        "not_found",
      ] as const),
      ...(["conflict", "in_flight", "idempotency_mismatch", "agent_paused", "too_large"] as const),
      ...(["unsupported_media_type", "rate_limited", "overloaded", "unavailable"] as const),
    ],
  },
  {
    name: "attachments.download",
    route: "GET /attachments/{id}",
    summary: "Download a file of a task. The answer is its bytes, which no browser shows or runs.",
    description:
      "Has `Content-Disposition: attachment` and an ETag, which is the SHA-256 of the bytes. With a current If-None-Match the answer is 304.",
    permission: "tasks:read",
    path: AttachmentPath,
    output: FileBytes,
    mediaType: "*/*",
    isLimited: true,
    problems: [
      ...(["invalid_input", "unauthenticated", "forbidden", "not_found"] as const),
      ...(["rate_limited", "overloaded", "unavailable"] as const),
    ],
  },
];

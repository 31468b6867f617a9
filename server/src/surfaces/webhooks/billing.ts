/** The webhook of the billing system. Its signed events (Standard Webhooks) set the tiers of workspaces. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Webhook } from "standardwebhooks";
import type { TObject } from "typebox";
import { systemActor } from "../../kernel/actor.ts";
import { inputReader } from "../../kernel/input/input.ts";
import type { Operation, PublicCommand } from "../../kernel/operation.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { Fields, Id, Text } from "../../kernel/schema.ts";
import { sendJson } from "../http/answer.ts";
import { headerOf, requestInfo } from "../http/caller.ts";
import { readJson } from "../http/json.ts";
import { limitNetwork } from "../http/limits.ts";
import type { Extension, HttpTools } from "../http/tools.ts";
import { BillingEventHead, BillingHeaders } from "./schema.ts";

export const BILLING_PATH = "/api/obs/webhooks/billing";
const BODY_BYTES_MAX = 64 * 1024;
const SUBSCRIPTION = /^subscription\.(created|updated|deleted)$/;
/** The tier of a workspace whose subscription has ended. */
const TIER_WITHOUT_SUBSCRIPTION = "free";

export interface BillingOptions {
  /** Several secrets are valid during a rotation. Without a secret, the route does not exist. */
  secrets: readonly string[];
  /** The operation that sets the tier of the actor's workspace. */
  setTier: Exclude<Operation, PublicCommand>;
}

const readHead = inputReader(BillingEventHead);

export function billingWebhook({ secrets, setTier }: BillingOptions): Extension {
  const verifiers = secrets.map((secret) => new Webhook(secret));
  const readEnded = inputReader(Fields({ workspace_id: Id }));
  // The name of the tier is validated with the operation's own schema.
  const { tier_name } = (setTier.input as TObject).properties;
  const readPaid = inputReader(Fields({ workspace_id: Id, tier_name: tier_name ?? Text(100) }));

  async function apply(tools: HttpTools, request: FastifyRequest): Promise<Record<string, unknown>> {
    const body = verified(verifiers, request);
    const event = objectAt(readJson(body), "");
    const { type, timestamp } = readHead({ type: event.type, timestamp: event.timestamp }).fields;
    const [, change] = SUBSCRIPTION.exec(String(type)) ?? [];
    if (change === undefined) return { ignored: true, type };
    const data = objectAt(event.data, "/data");
    const paid = withPath("/data", () =>
      change === "deleted"
        ? { ...readEnded({ workspace_id: data.workspace_id }).fields, tier_name: TIER_WITHOUT_SUBSCRIPTION }
        : readPaid({ workspace_id: data.workspace_id, tier_name: data.tier_name }).fields,
    ) as { workspace_id: string; tier_name: string };
    const event_id = headerOf(request, "webhook-id") ?? "";
    await tools.dispatcher.dispatch(setTier, systemActor("billing", paid.workspace_id), {
      input: { tier_name: paid.tier_name, as_of: timestamp, event_id },
      request: requestInfo(request),
      // A repeated delivery gets the response of the first one.
      idempotencyKey: event_id,
    });
    return { type, ...paid };
  }

  return (app, tools) => {
    if (verifiers.length === 0) return;
    const onRequest = limitNetwork(tools.allowances, tools.fail);
    app.post(BILLING_PATH, { bodyLimit: BODY_BYTES_MAX, onRequest }, (request: FastifyRequest, reply: FastifyReply) => {
      apply(tools, request).then(
        (answer) => sendJson(reply, 200, answer),
        (error: unknown) => tools.fail(reply, error),
      );
    });
  };
}

/**
 * Returns the body if one of the secrets signed it within the last minutes. Throws the same problem in all other cases.
 */
function verified(verifiers: readonly Webhook[], request: FastifyRequest): Buffer {
  const { body } = request;
  const headers = Object.fromEntries(
    Object.keys(BillingHeaders.properties).map((name) => [name, headerOf(request, name) ?? ""]),
  );
  const isSignedBy = (verifier: Webhook, bytes: Buffer) => {
    try {
      verifier.verify(bytes, headers, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  };
  if (body instanceof Buffer && verifiers.some((verifier) => isSignedBy(verifier, body))) return body;
  throw new Problem("unauthenticated", "This delivery is not signed with the secret of this server.");
}

function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw invalid(path, "must be an object.");
  // The line above checks that the value is an object.
  return value as Record<string, unknown>;
}

/** Adds the path of the surrounding object to the errors of its fields. */
function withPath<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Problem) || !error.details.errors) throw error;
    const errors = error.details.errors.map(({ path, message }) => ({ path: `${at}${path}`, message }));
    throw new Problem(error.code, `${at.slice(1)}.${error.message}`, { ...error.details, errors });
  }
}

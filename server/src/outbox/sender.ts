/**
 * Sends what is due. Attempts run next to each other and outside any transaction. A slow receiver holds only its own
 * few attempts: the limits are by receiver, by workspace and for the process.
 */
import type { Static } from "typebox";
import type { Mail } from "../kernel/environment.ts";
import type { JobContext } from "../kernel/jobs/job.ts";
import type { OutgoingOptions } from "../kernel/outbound/dial.ts";
import { type Answer, post } from "../kernel/outbound/post.ts";
import { retryAfterMs } from "../kernel/outbound/retry-after.ts";
import { signedHeaders } from "../kernel/outbound/signing.ts";
import { createRunningWork } from "../kernel/running-work.ts";
import { mailFaultOf } from "./mail-fault.ts";
import { markDelivery } from "./operations/mark-delivery.ts";
import { takeDeliveries } from "./operations/take-deliveries.ts";
import type { Tried } from "./rules.ts";
import type { Sending } from "./schema.ts";

/** Attempts at once to one receiver, on all servers. */
const OF_TARGET_MAX = 4;
/** Attempts at once of one workspace, and of all workspaces, on this server. */
const OF_WORKSPACE_MAX = 8;
const OF_SERVER_MAX = 100;
/** A mail server has its own, longer limits. The lease of a delivery must outlast an attempt. */
const MAIL_MS_MAX = 20_000;

export interface SenderOptions {
  dispatch: JobContext["dispatch"];
  sendMail(mail: Mail): Promise<void>;
  outgoing: OutgoingOptions;
  /** Called when a result could not be stored. The delivery is sent again after its lease. */
  onError(error: unknown): void;
}

export interface Due {
  workspace: string;
  target: string;
}

export interface Sender {
  /** Begins attempts for these receivers, as far as the limits allow. Does not wait for their end. */
  begin(due: readonly Due[]): Promise<void>;
  /** Resolves when no attempt is on its way. */
  idle(): Promise<void>;
}

export function createSender({ dispatch, sendMail, outgoing, onError }: SenderOptions): Sender {
  const running = createRunningWork();

  async function attempt(workspace: string, sending: Static<typeof Sending>): Promise<void> {
    const tried = await trySending(sending, { sendMail, outgoing, onError });
    // A server that stops stores nothing: the delivery is sent again after its lease, with the same id.
    if (!tried || outgoing.stop?.aborted) return;
    const { id, target_id, attempt } = sending;
    await dispatch(markDelivery, workspace, { id, target_id, attempt, tried });
  }

  return {
    async begin(due) {
      for (const { workspace, target } of due) {
        const room = Math.min(
          OF_TARGET_MAX,
          OF_WORKSPACE_MAX - running.countOf(workspace),
          OF_SERVER_MAX - running.count(),
        );
        if (room <= 0 || outgoing.stop?.aborted) continue;
        try {
          // The dispatcher returns the operation's output.
          const { items } = (await dispatch(takeDeliveries, workspace, { target_id: target, most: room })) as Static<
            typeof takeDeliveries.output
          >;
          for (const item of items) void running.add(workspace, attempt(workspace, item).catch(onError));
        } catch (error) {
          onError(error);
        }
      }
    },
    idle: running.idle,
  };
}

/** Returns undefined when the server stopped meanwhile. */
async function trySending(
  sending: Static<typeof Sending>,
  { sendMail, outgoing, onError }: Pick<SenderOptions, "sendMail" | "outgoing" | "onError">,
): Promise<Tried | undefined> {
  const nothing = { error: null, start: null, retry_after_ms: null };
  const { kind, address, body, subject } = sending;
  if (kind === "email") {
    const error = await mailFault(sendMail({ to: address, subject, text: body }), onError);
    return error === undefined ? { ...nothing, status: 250 } : { ...nothing, status: null, error };
  }
  const now = new Date();
  try {
    const answer = await post({ url: address, headers: signedHeaders(sending, now), body }, outgoing);
    return triedOf(answer, now);
  } catch (error) {
    if (outgoing.stop?.aborted) return undefined;
    throw error;
  }
}

function triedOf(answer: Answer, now: Date): Tried {
  if (answer.status === undefined) return { status: null, error: answer.error, start: null, retry_after_ms: null };
  const { status, start, retryAfter } = answer;
  return { status, error: null, start, retry_after_ms: retryAfterMs(retryAfter, now.getTime()) ?? null };
}

/** Returns the reason why the mail was not sent. */
async function mailFault(sent: Promise<void>, onError: SenderOptions["onError"]): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("The mail server did not answer in time."), MAIL_MS_MAX);
  });
  const done = sent.then(
    () => undefined,
    (error: unknown) => {
      onError(error);
      return mailFaultOf(error);
    },
  );
  const fault = await Promise.race([done, late]);
  clearTimeout(timer);
  return fault;
}

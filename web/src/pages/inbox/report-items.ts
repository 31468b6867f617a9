/** The items of the inbox that are about neither tasks nor messages. Pure. */
import type { AgentAction, AlertEvent, Invitation, PolicyRequest, Webhook } from "@bailiwick/sdk";

export interface Reports {
  nowMs: number;
  /** The alerts that nobody acknowledged. */
  alerts: readonly AlertEvent[];
  webhooks: readonly Webhook[];
  /** The requests of agents that nobody decided. */
  requests: readonly PolicyRequest[];
  /** The actions of agents that nobody decided, and those in doubt. */
  actions: readonly AgentAction[];
  invitations: readonly Invitation[];
}

export type ReportItem =
  | { id: string; kind: "alert"; at: string; alert: AlertEvent }
  /** A webhook that the server disabled. */
  | { id: string; kind: "webhook"; at: string; webhook: Webhook }
  /** `held`: the tasks that wait for the limit of the request. */
  | { id: string; kind: "request"; at: string; request: PolicyRequest; held: number }
  | ActionItem
  | { id: string; kind: "invitation"; at: string; invitation: Invitation };

/** `doubt`: it may have been sent, and a person says what happened. */
export interface ActionItem {
  id: string;
  kind: "action" | "doubt";
  at: string;
  action: AgentAction;
}

/** An invitation needs nobody until it is about to end. */
const ENDING_MS = 86_400_000;

export function reportsOf({ nowMs, alerts, webhooks, requests, actions, invitations }: Reports): ReportItem[] {
  return [
    ...alerts.map((alert): ReportItem => ({ id: `alert:${alert.id}`, kind: "alert", at: alert.triggered_at, alert })),
    ...webhooks.filter(isDisabled).map((webhook): ReportItem => {
      const at = webhook.last_delivered_at ?? webhook.created_at;
      return { id: `webhook:${webhook.id}`, kind: "webhook", at, webhook };
    }),
    ...requests.map((request): ReportItem => {
      return { id: `request:${request.id}`, kind: "request", at: request.requested_at, request, held: 0 };
    }),
    ...actions.filter(isOpen).map((action): ReportItem => {
      const kind = action.status === "pending" ? "action" : "doubt";
      return { id: `action:${action.id}`, kind, at: action.created_at, action };
    }),
    ...invitations
      .filter(({ expires_at }) => Date.parse(expires_at) - nowMs < ENDING_MS)
      .map((invitation): ReportItem => {
        return { id: `invitation:${invitation.id}`, kind: "invitation", at: invitation.created_at, invitation };
      }),
  ];
}

/** While a stop holds an action, nobody decides about it. */
const isOpen = ({ held_since }: AgentAction) => held_since === null;

/** A webhook that a person turned off needs nobody. */
const isDisabled = ({ is_enabled, disabled_reason }: Webhook) => !is_enabled && disabled_reason !== "by_person";

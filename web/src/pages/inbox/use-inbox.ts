/** Reads the inbox. The count in the navigation and the page share these reads. */
import { useMemo } from "react";
import { type List, useList } from "../../data/list.ts";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { useSnoozes } from "../../data/snoozes.ts";
import { useUnread } from "../../data/unread.ts";
import { partedBy } from "./grouped.ts";
import { type InboxItem, inboxItems, isDecision } from "./items.ts";

/** The most items read of each source; a longer inbox needs another tool than a list. */
const READ_MAX = 100;
/** Time alone creates gaps and no fact reports them, so they are read this often. */
const GAPS_EVERY_MS = 60_000;
const limit = READ_MAX;

export interface Inbox extends List<InboxItem> {
  /** The items that the person put away, the next one first. */
  snoozed: InboxItem[];
  /** The time until which an item is away, by its id. */
  untilOf: ReadonlyMap<string, string>;
}

export function useInbox(): Inbox {
  const { user, workspace, permissions } = useSession();
  const ifMessages = { enabled: permissions.has("messages:read") };
  const blocked = useRead(["tasks", "blocked"], ({ tasks }, call) => tasks.list({ status: "blocked", limit }, call));
  const failed = useRead(["tasks", "failed"], (client, call) => client.tasks.list({ status: "failed", limit }, call));
  const gaps = useRead(
    ["tasks", "gaps", "by agent"],
    (client, call) => client.tasks.listGaps({ by_agent: true, limit }, call),
    { everyMs: GAPS_EVERY_MS },
  );
  const unread = useUnread();
  const awaiting = useRead(
    ["messages", "awaiting"],
    (client, call) => client.messages.list({ awaiting_reply: true, limit }, call),
    ifMessages,
  );
  const invitations = useRead(
    ["invitations", "open"],
    (client, call) => client.invitations.list({ id: workspace.id, status: "open", limit }, call),
    { enabled: permissions.has("members:write") },
  );
  const { alerts, webhooks, requests, actions, reads: reports } = useReports();
  const reads = [blocked, failed, gaps, unread, awaiting, invitations, ...reports];
  const { untilOf, isLoading: isReadingSnoozes } = useSnoozes();
  const { rows, snoozed } = useMemo(() => {
    const all = inboxItems({
      userId: user.id,
      nowMs: Date.now(),
      blocked: blocked.data?.items ?? [],
      failed: failed.data?.items ?? [],
      unread: unread.data?.items ?? [],
      awaiting: awaiting.data?.items ?? [],
      away: gaps.data?.away ?? [],
      gaps: gaps.data?.items ?? [],
      invitations: invitations.data?.items ?? [],
      alerts: alerts.data?.items ?? [],
      webhooks: webhooks.rows,
      requests: requests.data?.items ?? [],
      actions,
    });
    return partedBy(all, untilOf);
  }, [
    user.id,
    blocked.data,
    failed.data,
    unread.data,
    awaiting.data,
    gaps.data,
    invitations.data,
    alerts.data,
    webhooks.rows,
    requests.data,
    actions,
    untilOf,
  ]);
  const broken = reads.find(({ error }) => error !== null);
  return {
    rows,
    snoozed,
    untilOf,
    isLoading: isReadingSnoozes || reads.some(({ isLoading }) => isLoading),
    error: rows.length === 0 ? broken?.error : undefined,
    hasMore: false,
    isLoadingMore: false,
    isStale: broken !== undefined && rows.length > 0,
    loadMore: () => undefined,
    reload: () => {
      for (const { refetch } of reads) void refetch();
    },
  };
}

/** The alerts that nobody acknowledged, the webhooks, and the requests and actions of agents. */
function useReports() {
  const { permissions } = useSession();
  const alerts = useRead(
    ["alerts", "waiting"],
    (client, call) => client.alerts.listEvents({ is_acknowledged: false, limit }, call),
    { enabled: permissions.has("alerts:read") },
  );
  // The page of webhooks shares this list.
  const webhooks = useList({
    key: ["webhooks", "list"],
    page: (client, at, call) => client.webhooks.list(at, call),
    idOf: ({ id }) => id,
    enabled: permissions.has("webhooks:write"),
  });
  const requests = useRead(
    ["governance", "pending"],
    (client, call) => client.governance.listPending({ limit }, call),
    { enabled: permissions.has("governance:write") },
  );
  const ifDecides = { enabled: permissions.has("actions:decide") };
  const pending = useRead(
    ["actions", "pending"],
    ({ actions }, call) => actions.listPending({ limit }, call),
    ifDecides,
  );
  const doubts = useRead(
    ["actions", "in doubt"],
    ({ actions }, call) => actions.list({ status: "in_doubt", limit }, call),
    ifDecides,
  );
  const actions = useMemo(
    () => [...(pending.data?.items ?? []), ...(doubts.data?.items ?? [])],
    [pending.data, doubts.data],
  );
  return { alerts, webhooks, requests, actions, reads: [alerts, requests, pending, doubts] };
}

/** The decisions that wait for the person. Somebody who may not decide has no count. */
export function useInboxCount(): number | undefined {
  const { rows, isLoading } = useInbox();
  const { permissions } = useSession();
  return isLoading || !permissions.has("tasks:write") ? undefined : rows.filter(isDecision).length;
}

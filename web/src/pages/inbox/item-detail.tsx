/** The panel of an item of the inbox. */
import { type ReactNode, Suspense } from "react";
import { usePanel } from "../../app/navigation.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Empty, Skeleton } from "../../ui/states.tsx";
import type { InboxItem } from "./items.ts";

const AlikeAsk = lazyPart(() => import("./alike-ask.tsx"), "AlikeAsk");
const MessageAsk = lazyPart(() => import("./message-ask.tsx"), "MessageAsk");
const AwayAsk = lazyPart(() => import("./away-ask.tsx"), "AwayAsk");
const HeldAsk = lazyPart(() => import("./held-ask.tsx"), "HeldAsk");
const AlertAsk = lazyPart(() => import("./alert-ask.tsx"), "AlertAsk");
const WebhookAsk = lazyPart(() => import("./webhook-ask.tsx"), "WebhookAsk");
const RequestPanel = lazyPart(() => import("../../domain/requests/request-detail.tsx"), "RequestPanel");
const ActionPanel = lazyPart(() => import("../../domain/actions/action-detail.tsx"), "ActionPanel");
const InvitationAsk = lazyPart(() => import("./invitation-ask.tsx"), "InvitationAsk");

interface DetailProps {
  open: string;
  item: InboxItem | undefined;
  isLoading: boolean;
}

/** These items stay open after they left the inbox; a message or an invitation closes. */
const STAYS = /^(?:task|request|action):/;

export function ItemDetail({ open, item, isLoading }: DetailProps): ReactNode {
  const [kind, id = ""] = open.split(":");
  const TaskPanel = usePanel("/tasks");
  const waiting = <Skeleton lines={9} className="p-4" />;
  if (!item && !STAYS.test(open)) return isLoading ? waiting : <Empty title="This no longer needs you." />;
  return (
    <Suspense fallback={waiting}>
      {kind === "task" && <TaskPanel id={id} />}
      {item && "tasks" in item && <AlikeAsk item={item} />}
      {item && "message" in item && <MessageAsk item={item} />}
      {item?.kind === "away" && <AwayAsk of={item} />}
      {item && "waiting" in item && <HeldAsk item={item} />}
      {item && "alert" in item && <AlertAsk alert={item.alert} />}
      {item && "webhook" in item && <WebhookAsk webhook={item.webhook} />}
      {kind === "request" && <RequestPanel id={id} />}
      {kind === "action" && <ActionPanel id={id} />}
      {item && "invitation" in item && <InvitationAsk invitation={item.invitation} />}
    </Suspense>
  );
}

/** The page of the same content. */
export function pageOf(item: InboxItem): string {
  if ("task" in item) return `/tasks/${item.task.id}`;
  if ("tasks" in item) return `/tasks?status=${item.of === "failed" ? "failed" : "blocked"}`;
  if (item.kind === "away") return `/agents/${item.away.agent_id}`;
  if ("waiting" in item) return item.kind === "capped" ? "/limits" : `/stops/${item.causeId}`;
  if ("alert" in item) return "/alerts";
  if ("request" in item) return `/requests/${item.request.id}`;
  if ("action" in item) return `/actions/${item.action.id}`;
  if ("webhook" in item) return `/webhooks/${item.webhook.id}`;
  return "message" in item ? `/messages/${item.message.thread_id}` : "/account?tab=members";
}

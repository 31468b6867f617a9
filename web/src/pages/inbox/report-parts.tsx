/** The circumstances of the rows of the inbox that are about neither tasks nor messages. */
import type { AgentAction, PolicyRequest } from "@bailiwick/sdk";
import { type ReactNode, Suspense } from "react";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { counted } from "../../ui/count.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Money } from "../../ui/money.tsx";
import { waitingText } from "./items.ts";
import type { ReportItem } from "./report-items.ts";

const ConnectionName = lazyPart(() => import("../../domain/actions/action-parts.tsx"), "ConnectionName");

export function reportParts(item: ReportItem, isShort: boolean): ReactNode[] {
  if ("invitation" in item) return [`as ${item.invitation.role}`];
  if ("alert" in item) return item.alert.resolved_at === null ? [] : ["resolved"];
  if ("webhook" in item)
    return item.webhook.pending > 0 ? [counted(item.webhook.pending, "delivery waits", "deliveries wait")] : [];
  if ("action" in item) return actionParts(item.action, isShort);
  const held = item.held > 0 ? [waitingText(item.held)] : [];
  return [...requestParts(item.request, isShort), ...held];
}

/** The names of connections are read only where a row has one. */
function actionParts(action: AgentAction, isShort: boolean): ReactNode[] {
  const who = <AgentName key="who" id={action.agent_id} isLink={false} />;
  const amount = action.amount_usd === null ? [] : [<Money key="amount" usd={action.amount_usd} />];
  const through = (
    <Suspense key="through" fallback={action.service_type}>
      <ConnectionName of={action} />
    </Suspense>
  );
  return isShort ? [who, ...amount] : [through, ...amount, who];
}

function requestParts({ agent_id, reason }: PolicyRequest, isShort: boolean): ReactNode[] {
  const who = <AgentName key="who" id={agent_id} isLink={false} />;
  return isShort ? [who] : [<AgentLine key="why" text={reason} className="truncate" />, who];
}

/** One request: old and new in large figures, the reason, the evidence, and the verbs below. The page and the panels share it. */
import type { PolicyRequest } from "@bailiwick/sdk";
import { Fragment } from "react";
import { useRead } from "../../data/query.ts";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { counted } from "../../ui/count.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { AllFacts, Sentence } from "../../ui/sentence.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { PersonName } from "../actor-name.tsx";
import { AgentName } from "../agents/agent-name.tsx";
import { AfterDecision } from "./after-decision.tsx";
import { Decide } from "./decide.tsx";
import { Evidence } from "./evidence.tsx";
import { ChangeFigures, RequestState } from "./request-parts.tsx";
import { FIELD_LABELS } from "./request-words.ts";

export function useRequest(id: string) {
  return useRead(["governance", "request", id], ({ governance }, call) => governance.getRequest({ id }, call));
}

export function RequestPanel({ id }: { id: string }) {
  const { data: request, error, refetch } = useRequest(id);
  if (!request) {
    return error ? (
      <ErrorState error={error} retry={() => void refetch()} />
    ) : (
      <Skeleton lines={9} className="p-4 pt-14" />
    );
  }
  return (
    <section className="flex min-h-0 grow flex-col" aria-label="Request" key={id}>
      <header className="px-4 pt-3 pb-2 pr-28">
        <h2 className="text-lg font-semibold [overflow-wrap:anywhere]">{request.title}</h2>
        <RequestState of={request} />
      </header>
      <RequestDetail of={request} />
    </section>
  );
}

/** The verbs stand below what scrolls, where a thumb reaches them. */
export function RequestDetail({ of: request }: { of: PolicyRequest }) {
  const { status } = request;
  return (
    <>
      <div className="relative min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        <div className="space-y-3 px-4 pt-2 pb-4">
          <ChangeFigures of={request} />
          <Origin of={request} />
          <Decision of={request} />
        </div>
        <AfterDecision of={request} />
        <Evidence of={request} />
        <div className="px-4 pb-4">
          <RequestFacts of={request} />
        </div>
      </div>
      {status === "pending" && (
        <footer className="shrink-0 border-t border-line bg-raised px-4 py-3">
          <Decide of={request} />
        </footer>
      )}
    </>
  );
}

function Origin({ of: { agent_id, reason, requested_at, source } }: { of: PolicyRequest }) {
  return (
    <div className="space-y-1">
      <Sentence>
        {source === "blocked_start" ? (
          <>
            The server made it for <AgentName id={agent_id} />, because the limit refused a start,
          </>
        ) : (
          <>
            <AgentName id={agent_id} /> made it
          </>
        )}{" "}
        <Time at={requested_at} />:
      </Sentence>
      <AgentText text={reason} />
    </div>
  );
}

function Decision({
  of: { status, reviewed_by, reviewed_at, review_reason, approvals, required_approvals, terms, expires_at },
}: {
  of: PolicyRequest;
}) {
  if (status === "pending") {
    return (
      <Sentence>
        {required_approvals > 1 && `${approvals.length} of ${required_approvals} approvals. `}
        {approvals.map(({ user_id, at }) => (
          <Fragment key={user_id}>
            <PersonName id={user_id} /> approved {termsText(terms)} <Time at={at} />.{" "}
          </Fragment>
        ))}
        Without a decision it ends <Time at={expires_at} />.
      </Sentence>
    );
  }
  if (reviewed_by === null) return <Sentence>Nobody decided in time, so nothing changed.</Sentence>;
  return (
    <Sentence>
      <PersonName id={reviewed_by} /> {status === "denied" ? "denied" : "approved"} it <Time at={reviewed_at} />
      {review_reason === null ? "." : ": "}
      {review_reason !== null && <AgentLine text={review_reason} />}
    </Sentence>
  );
}

function termsText(terms: PolicyRequest["terms"]): string {
  const minutes = terms?.delegation_params?.duration_minutes;
  return minutes === undefined ? "it once" : `a grant for ${counted(minutes, "minute")}`;
}

function RequestFacts({
  of: { policy_id, requested_changes, requested_at, expires_at, status },
}: {
  of: PolicyRequest;
}) {
  return (
    <AllFacts>
      <Facts>
        <FactLine name="Policy">
          <code className="text-sm">{policy_id}</code>
        </FactLine>
        <FactLine name="Field">{FIELD_LABELS[requested_changes.field]}</FactLine>
        <FactLine name="Requested">
          <Time at={requested_at} />
        </FactLine>
        {status === "pending" && (
          <FactLine name="Expires">
            <Time at={expires_at} />
          </FactLine>
        )}
      </Facts>
    </AllFacts>
  );
}

/** The grant that a request led to, and the changes that followed, the newest first. */
import type { GovernanceListAuditOutput, Grant, PolicyRequest } from "@bailiwick/sdk";
import { useRead } from "../../data/query.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Section } from "../../ui/page.tsx";
import { Time } from "../../ui/time.tsx";
import { ActorName } from "../actor-name.tsx";
import { GrantLeft, GrantState, RevokeGrant } from "./grant-parts.tsx";
import { boundsOf, fieldText } from "./request-words.ts";
import { RollBack } from "./roll-back.tsx";

const READ_MAX = 200;

type Entry = GovernanceListAuditOutput["items"][number];

export function AfterDecision({ of: request }: { of: PolicyRequest }) {
  const { id, agent_id, status } = request;
  const isDecided = status === "applied" || status === "approved";
  const enabled = { enabled: isDecided };
  const grants = useRead(
    ["governance", "grants", "of agent", agent_id],
    ({ governance }, call) => governance.listGrants({ agent_id, include_ended: true, limit: READ_MAX }, call),
    enabled,
  );
  const audit = useRead(
    ["governance", "changes", agent_id],
    ({ governance }, call) => governance.listAudit({ agent_id, limit: READ_MAX }, call),
    enabled,
  );
  if (!isDecided) return null;
  const grant = grants.data?.items.find(({ request_id }) => request_id === id);
  const changes = audit.data?.items.filter((entry) => isChange(entry) && isOf(entry, id, grant)) ?? [];
  if (!grant && changes.length === 0) return null;
  return (
    <Section title="After the decision">
      {grant && <GrantLine of={grant} />}
      <ol className="divide-y divide-line">
        {changes.map((entry, at) => (
          <ChangeLine key={entry.id} of={entry} request={request} isNewest={at === 0} />
        ))}
      </ol>
    </Section>
  );
}

const isRollback = ({ event_type }: Entry): boolean => event_type === "change_rolled_back";
const isChange = (entry: Entry): boolean => entry.event_type === "change_applied" || isRollback(entry);
const isOf = ({ details }: Entry, id: string, grant: Grant | undefined): boolean =>
  details.request_id === id || (grant !== undefined && details.grant_id === grant.id);

function GrantLine({ of: grant }: { of: Grant }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 pb-2">
      <span className="font-medium">{boundsOf(grant).join(", ")}</span>
      <GrantLeft of={grant} />
      <GrantState of={grant} />
      <span className="ml-auto">
        <RevokeGrant of={grant} />
      </span>
    </div>
  );
}

interface ChangeProps {
  of: Entry;
  request: PolicyRequest;
  isNewest: boolean;
}

/** Only the newest change offers its rollback. */
function ChangeLine({ of: entry, request: { policy_type, requested_changes }, isNewest }: ChangeProps) {
  const { id, actor, details, created_at } = entry;
  const { old_value, new_value, reason } = details;
  const text = (value: unknown) => fieldText(policy_type, requested_changes.field, value as string | number);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <span className="min-w-0 grow basis-60 [overflow-wrap:anywhere]">
        <ActorName actor={actor} /> {isRollback(entry) ? "rolled it back" : "set it"} from {text(old_value)} to{" "}
        {text(new_value)} <Time at={created_at} />
        {typeof reason === "string" && (
          <>
            : <AgentLine text={reason} />
          </>
        )}
      </span>
      {isNewest && <RollBack auditId={id} isRollback={isRollback(entry)} />}
    </li>
  );
}

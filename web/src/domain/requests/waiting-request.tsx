/** A link to the request that would change a limit, where its tasks wait. The inbox shares this read. */
import { Link } from "@tanstack/react-router";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { shortUsd } from "../../ui/money.tsx";

const REQUESTS_MAX = 100;

export function WaitingRequest({ policyId }: { policyId: string }) {
  const { permissions } = useSession();
  const { data } = useRead(
    ["governance", "pending"],
    (client, call) => client.governance.listPending({ limit: REQUESTS_MAX }, call),
    { enabled: permissions.has("governance:write") },
  );
  const request = data?.items.find(({ policy_id }) => policy_id === policyId);
  if (!request) return null;
  const { field, requested_value } = request.requested_changes;
  return (
    <Link to="/requests/$id" params={{ id: request.id }} className="font-medium underline">
      {field === "threshold_value" ? `A request for ${shortUsd(Number(requested_value))} waits` : "A request waits"}:
      decide
    </Link>
  );
}

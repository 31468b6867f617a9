/** Says that nothing limits what agents spend, and sets a first cap in one click. */
import { Link } from "@tanstack/react-router";
import { ShieldAlert } from "lucide-react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { shortUsd } from "../../ui/money.tsx";

export function NoLimit() {
  const { client, permissions } = useSession();
  const denied = useDenied("risk:write");
  const { data } = useRead(["risk", "headroom"], ({ risk }, call) => risk.getHeadroom({}, call), {
    enabled: permissions.has("risk:read"),
  });
  const create = useCommand({
    send: ({ risk }, threshold_value: number) =>
      risk.createPolicy({ policy_type: "daily_spend_cap", threshold_value, action_type: "throttle" }),
    changes: ["risk"],
    done: ({ threshold_value }) => `A daily cap of ${shortUsd(threshold_value)} is set`,
    undo:
      ({ id }) =>
      () =>
        client.risk.deletePolicy({ id }),
  });
  const suggestion = data?.suggestion;
  if (!suggestion) return null;
  const { threshold_value, highest_day_usd } = suggestion;
  const why = highest_day_usd > 0 ? ` The highest day of the last two weeks was ${shortUsd(highest_day_usd)}.` : "";
  return (
    <div
      role="status"
      className="mx-4 mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded bg-blocked-soft px-3 py-2"
    >
      <ShieldAlert aria-hidden className="size-4 text-blocked" />
      <span className="min-w-0 grow text-sm">Nothing limits what agents spend in a day.{why}</span>
      <Link to="/limits" search={{ create: "yes" }} className="text-sm text-accent-ink hover:underline">
        Another limit
      </Link>
      <Button size="small" denied={denied} isBusy={create.isRunning} onClick={() => void create.run(threshold_value)}>
        Cap a day at {shortUsd(threshold_value)}
      </Button>
    </div>
  );
}

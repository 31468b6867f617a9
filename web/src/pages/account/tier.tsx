/** The limits of the workspace's tier and their use. */
import { TIER_NAMES, type TierName, type TiersGetOutput } from "@bailiwick/sdk";
import { Check, Minus } from "lucide-react";
import { useSession } from "../../data/session.tsx";
import { countText, isUnlimited, tierName, usedBytesText, usedText } from "../../domain/tier-words.ts";
import { bytesText } from "../../ui/bytes-text.ts";
import { Money } from "../../ui/money.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { Setting } from "../../ui/setting.tsx";
import { Snippet } from "../../ui/snippet.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { useRetention, useTier } from "./own.ts";

export function TierTab() {
  const { data, error, refetch } = useTier();
  if (!data) return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={6} />;
  const { limits, usage, tier_name } = data;
  return (
    <>
      <Setting title={`${tierName(tier_name)} tier`}>
        <LargerTier name={tier_name} />
        <div className="space-y-4">
          <Use label="Agents" used={usage.agents} limit={limits.agent_limit} />
          <Use label="Keys" used={usage.api_keys} limit={limits.max_api_keys} />
          <Use label="Alert rules" used={usage.alert_rules} limit={limits.alert_rule_limit} />
          <Share
            label="Files of tasks"
            text={usedBytesText(usage.attachment_bytes, limits.attachment_bytes)}
            used={usage.attachment_bytes}
            limit={limits.attachment_bytes}
          />
          <Share
            label="Stored today (UTC)"
            text={usedBytesText(usage.stored_bytes_today, limits.stored_bytes_per_day)}
            used={usage.stored_bytes_today}
            limit={limits.stored_bytes_per_day}
          />
        </div>
      </Setting>
      <Setting title="Limits">
        <Limits limits={limits} />
      </Setting>
      <Setting title="Features">
        <Features limits={limits} />
      </Setting>
    </>
  );
}

/** The names of the tiers stand in their order. */
function LargerTier({ name }: { name: TierName }) {
  const { workspace } = useSession();
  const largest = TIER_NAMES.at(-1);
  if (name === largest) return <p className="mb-4 text-sm text-ink-2">The limits of this workspace.</p>;
  return (
    <div className="mb-5 max-w-lg space-y-2">
      <p className="text-sm text-ink-2">
        The operator of this server changes the tier of this workspace with this command, on the machine of the server:
      </p>
      <Snippet label="Command" text={`bailiwick tier set ${workspace.id} ${largest}`} />
    </div>
  );
}

function Use({ label, used, limit }: { label: string; used: number; limit: number }) {
  return <Share label={label} text={usedText(used, limit)} used={used} limit={isUnlimited(limit) ? null : limit} />;
}

interface ShareProps {
  label: string;
  text: string;
  used: number;
  /** Null for no limit. */
  limit: number | null;
}

function Share({ label, text, used, limit }: ShareProps) {
  const isFull = limit !== null && used >= limit;
  return (
    <div>
      <div className="flex items-baseline justify-between gap-3">
        <span>{label}</span>
        <span className="text-sm text-ink-2 tabular-nums">{text}</span>
      </div>
      {limit !== null && (
        <div aria-hidden className="forced-color-adjust-none mt-1 h-1 overflow-hidden rounded-full bg-pressed">
          <div
            className={isFull ? "h-full bg-blocked" : "h-full bg-accent"}
            style={{ width: `${Math.min(1, used / limit || 0) * 100}%` }}
          />
        </div>
      )}
    </div>
  );
}

type Limits = TiersGetOutput["limits"];

function Limits({ limits }: { limits: Limits }) {
  const { health_history_days: health } = limits;
  return (
    <Facts>
      <FactLine name="Events kept, and large data of the record">
        <Kept tierDays={limits.retention_days} />
      </FactLine>
      <FactLine name="Health history">{health === 0 ? "Today only" : `${countText(health)} days`}</FactLine>
      <FactLine name="Events at once">{countText(limits.max_batch_size)} in one request</FactLine>
      <FactLine name="Work of agents">{limits.work_per_minute.toLocaleString("en-US")} requests a minute</FactLine>
      <FactLine name="Stored in a day">up to {bytesText(limits.stored_bytes_per_day)}</FactLine>
      <FactLine name="Spend cap">
        up to <Money usd={limits.max_daily_spend_cap_usd} /> a day
      </FactLine>
    </Facts>
  );
}

/** The setting of the workspace is a floor: the tier never deletes earlier. */
function Kept({ tierDays }: { tierDays: number }) {
  const { kept_days = tierDays, floor_days = null } = useRetention().data ?? {};
  return (
    <>
      {countText(kept_days)} days
      {floor_days !== null && <span className="text-ink-2"> (set for this workspace)</span>}
    </>
  );
}

const FEATURES = [
  ["multi_workspace_enabled", "More workspaces, with other people"],
  ["anomaly_detection_enabled", "Anomaly detection"],
  ["slack_notifications_enabled", "Notifications in Slack"],
  ["priority_processing", "Priority processing"],
] as const satisfies readonly (readonly [keyof Limits, string])[];

function Features({ limits }: { limits: Limits }) {
  return (
    <ul className="space-y-1.5">
      {FEATURES.map(([name, words]) => (
        <li key={name} className="flex items-center gap-2">
          {limits[name] ? (
            <Check aria-hidden className="size-4 shrink-0 text-completed" />
          ) : (
            <Minus aria-hidden className="size-4 shrink-0 text-ink-3" />
          )}
          <span className={limits[name] ? undefined : "text-ink-3"}>
            {words}
            {!limits[name] && ": not on this tier"}
          </span>
        </li>
      ))}
    </ul>
  );
}

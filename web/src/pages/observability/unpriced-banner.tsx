/** The models in use whose calls have no price, with a way to set one. */
import { CircleHelp } from "lucide-react";
import { useRead } from "../../data/query.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted, countText } from "../../ui/count.tsx";

/** The server sums 30 days. */
const ROWS_MAX = 400;
const READ_EVERY_MS = 30_000;

interface BannerProps {
  denied: string | undefined;
  /** `provider/model`. */
  onSet: (model: string) => void;
}

export function UnpricedBanner({ denied, onSet }: BannerProps) {
  const { data } = useRead(
    ["costs", "models", {}],
    (client, call) => client.obs.summarizeCosts({ group_by: "model", limit: ROWS_MAX }, call),
    { everyMs: READ_EVERY_MS },
  );
  const unpriced = (data?.items ?? []).filter(({ unpriced_calls }) => unpriced_calls > 0);
  if (unpriced.length === 0) return null;
  return (
    <section aria-label="Models without a price" className="shrink-0 border-b border-line bg-blocked-soft px-4 py-2">
      <h2 className="flex items-center gap-2 text-sm font-semibold text-blocked">
        <CircleHelp aria-hidden className="size-4" />
        {counted(unpriced.length, "model")} in use {unpriced.length === 1 ? "has" : "have"} no price, so the costs of 30
        days are higher than shown
      </h2>
      <ul className="mt-1 max-h-40 overflow-y-auto">
        {unpriced.map(({ key, name, unpriced_calls, tokens_in, tokens_out }) => (
          <li key={key} className="flex min-h-8 flex-wrap items-center gap-x-3 text-sm">
            <AgentLine text={name} className="min-w-0 truncate font-medium" />
            <span className="text-ink-2 tabular-nums">
              {counted(unpriced_calls, "call")}, {countText(tokens_in + tokens_out)} tokens
            </span>
            <Button size="small" className="ml-auto" denied={denied} onClick={() => onSet(key)}>
              Set a price
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

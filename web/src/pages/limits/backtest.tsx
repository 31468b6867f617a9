/** Tries a limit on the last days before it is saved. */
import type { RiskBacktestInput } from "@bailiwick/sdk";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { valueText } from "../../domain/limits/limit-words.ts";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { counted } from "../../ui/count.tsx";
import { DayBars } from "../../ui/day-bars.tsx";
import { shortUsd } from "../../ui/money.tsx";
import { type BacktestResult, barsOf } from "./backtest-bars.ts";

type Policy = RiskBacktestInput["policy"];

export function BacktestPart({ policy, denied }: { policy: Policy; denied: string | undefined }) {
  // The settings that were tried, as text: another setting makes the result old.
  const [tried, setTried] = useState<{ settings: string; result: BacktestResult }>();
  const settings = JSON.stringify(policy);
  const backtest = useCommand({ send: ({ risk }) => risk.backtest({ policy }), isQuiet: true });
  const run = async () => {
    const result = await backtest.run(undefined);
    if (result) setTried({ settings, result });
  };
  return (
    <section aria-label="Backtest" className="space-y-2">
      <div className="flex items-center gap-3">
        <Button size="small" denied={denied} isBusy={backtest.isRunning} onClick={() => void run()}>
          Try it on the last 7 days
        </Button>
        {tried && tried.settings !== settings && <span className="text-sm text-ink-3">The settings have changed.</span>}
      </div>
      <CommandFault error={backtest.error} />
      {tried && tried.settings === settings && <Result of={tried.result} policy={policy} />}
    </section>
  );
}

function Result({ of: result, policy }: { of: BacktestResult; policy: Policy }) {
  const { policy_type, threshold_value } = policy;
  const { coverage } = result;
  if (coverage.events === 0) return <p className="text-sm text-ink-3">No event of these days counts for it.</p>;
  return (
    <div role="status" className="space-y-2 text-sm">
      <DayBars
        isWide
        label={`Highest value by day, with the limit at ${valueText(policy_type, threshold_value)}`}
        bars={barsOf(result, policy_type)}
        line={threshold_value}
      />
      <p className="flex items-center gap-2 text-ink-3">
        <span aria-hidden className="w-6 border-t border-dashed border-ink-2" />
        {valueText(policy_type, threshold_value)}, the limit
      </p>
      <p>{sentenceOf(result)}</p>
      {result.samples.length > 0 && (
        <p className="text-ink-2">
          For example: <bdi>{result.samples.slice(0, 3).map(nameOf).join(", ")}</bdi>
        </p>
      )}
    </div>
  );
}

const nameOf = ({ title, task_id }: BacktestResult["samples"][number]): string => title ?? task_id;

function sentenceOf({ fired_count, starts_prevented, cost_avoided_usd }: BacktestResult): string {
  if (fired_count === 0 && starts_prevented === 0) return "It would not have been passed.";
  const passed = fired_count === 0 ? "not have been passed" : `have been passed ${counted(fired_count, "time")}`;
  if (starts_prevented === 0) return `It would ${passed} and would have refused no start.`;
  const cost = cost_avoided_usd > 0 ? ` that cost ${shortUsd(cost_avoided_usd)}` : "";
  return `It would ${passed} and would have refused ${counted(starts_prevented, "start")}${cost}.`;
}

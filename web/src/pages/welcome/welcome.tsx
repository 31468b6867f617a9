/** The welcome page: how to connect an agent, and a demo crew. */
import type { Agent } from "@bailiwick/sdk";
import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cx } from "../../ui/class-names.ts";
import { Page, Scroll } from "../../ui/page.tsx";
import { Snippet } from "../../ui/snippet.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Arrival } from "./arrival.tsx";
import { Crew } from "./crew.tsx";
import { MakeAgent } from "./make-agent.tsx";
import { waysIn } from "./ways-in.ts";

const PLACEHOLDER = "bw_agent_…";

export function Welcome() {
  const [made, setMade] = useState<{ agent: Agent; key: string }>();
  return (
    <Page title="Connect an agent">
      <Scroll isWide>
        <div className="mx-auto grid max-w-5xl gap-8 lg:grid-cols-[minmax(0,1fr)_300px]">
          <ol className="space-y-8">
            <Step number={1} title="Name the agent" isDone={made !== undefined}>
              <MakeAgent made={made?.agent} onMade={(agent, key) => setMade({ agent, key })} />
            </Step>
            <Step number={2} title="Configure the agent">
              <Ways keyText={made?.key ?? PLACEHOLDER} isReal={made !== undefined} />
            </Step>
            <Step number={3} title="Wait for its first call">
              <Arrival agent={made?.agent} />
            </Step>
          </ol>
          <Crew />
        </div>
      </Scroll>
    </Page>
  );
}

interface StepProps {
  number: number;
  title: string;
  isDone?: boolean;
  children: ReactNode;
}

function Step({ number, title, isDone = false, children }: StepProps) {
  return (
    <li className="grid grid-cols-[28px_minmax(0,1fr)] gap-3">
      <span
        aria-hidden
        className={cx(
          "flex size-7 items-center justify-center rounded-full text-sm font-semibold",
          isDone ? "bg-completed-soft text-completed" : "bg-selected text-accent-ink",
        )}
      >
        {isDone ? <Check className="size-4" /> : number}
      </span>
      <div className="space-y-3 pt-0.5">
        <h2 className="text-lg font-semibold">{title}</h2>
        {children}
      </div>
    </li>
  );
}

function Ways({ keyText, isReal }: { keyText: string; isReal: boolean }) {
  const ways = waysIn(location.origin, keyText);
  const [chosen, setChosen] = useState(ways[0]?.id ?? "");
  const way = ways.find(({ id }) => id === chosen);
  if (!way) return null;
  return (
    <div className="space-y-3">
      <Tabs
        label="Kind of agent"
        value={chosen}
        tabs={ways.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={setChosen}
      />
      <p className="text-ink-2">{way.about}</p>
      <Snippet label={`Configuration for ${way.name}`} text={way.text} />
      <p className="text-sm text-ink-3">
        {isReal
          ? "The text above contains the key. The key is shown only now; after you leave this page it cannot be shown again."
          : "The text contains the key as soon as the agent exists."}
      </p>
    </div>
  );
}

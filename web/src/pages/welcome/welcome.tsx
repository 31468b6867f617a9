/** The welcome page: how to connect an agent, and a demo crew. */
import type { Agent } from "@bailiwick/sdk";
import { useBlocker } from "@tanstack/react-router";
import { Check } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { cx } from "../../ui/class-names.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { Page } from "../../ui/page.tsx";
import { Scroll } from "../../ui/setting.tsx";
import { Snippet } from "../../ui/snippet.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Arrival } from "./arrival.tsx";
import { Crew } from "./crew.tsx";
import { MakeAgent } from "./make-agent.tsx";
import { type Way, waysIn } from "./ways-in.ts";

const PLACEHOLDER = "bw_agent_…";

export function Welcome() {
  const [made, setMade] = useState<{ agent: Agent; key: string }>();
  const [isSaved, setSaved] = useState(false);
  const save = useCallback(() => setSaved(true), []);
  const ways = waysIn(location.origin, made?.key ?? PLACEHOLDER);
  const [chosen, setChosen] = useState(ways[0]?.id);
  const way = ways.find(({ id }) => id === chosen);
  return (
    <Page title="Connect an agent">
      <Scroll isWide>
        <div className="mx-auto grid max-w-5xl gap-8 lg:grid-cols-[minmax(0,1fr)_300px]">
          <ol className="space-y-8">
            <Step number={1} title="Name the agent" isDone={made !== undefined}>
              <MakeAgent usual={way?.agent ?? ""} made={made?.agent} onMade={(agent, key) => setMade({ agent, key })} />
            </Step>
            <Step number={2} title="Configure the agent">
              <Tabs
                label="Kind of agent"
                value={chosen ?? ""}
                tabs={ways.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={setChosen}
              />
              {way && <WayText way={way} isReal={made !== undefined} onCopy={made ? save : undefined} />}
            </Step>
            <Step number={3} title="Wait for its first call">
              <Arrival agent={made?.agent} onArrived={save} />
            </Step>
          </ol>
          <Crew />
        </div>
      </Scroll>
      {made && !isSaved && <LeaveGuard />}
    </Page>
  );
}

/** Asks before the person leaves the page, because the key is shown nowhere else. */
function LeaveGuard() {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname,
    enableBeforeUnload: true,
    withResolver: true,
  });
  return (
    <Confirm
      title="Leave without the key?"
      action="Leave"
      isDangerous
      isOpen={status === "blocked"}
      onClose={() => reset?.()}
      onConfirm={async () => {
        proceed?.();
        return true;
      }}
    >
      <p>You have not copied the key of this agent. It is shown only here; later you can only make another key.</p>
    </Confirm>
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

interface WayProps {
  way: Way;
  /** The text contains a key, and not a placeholder. */
  isReal: boolean;
  onCopy: (() => void) | undefined;
}

function WayText({ way: { name, about, text, also }, isReal, onCopy }: WayProps) {
  return (
    // Copying by hand counts as well.
    <div className="space-y-3" onCopy={onCopy}>
      <p className="text-ink-2">{about}</p>
      <Snippet label={`Configuration for ${name}`} text={text} onCopy={also ? undefined : onCopy} />
      {also && (
        <>
          <p className="text-ink-2">{also.about}</p>
          <Snippet label={`Key for ${name}`} text={also.text} onCopy={onCopy} />
        </>
      )}
      <p className="text-sm text-ink-3">
        {isReal
          ? "The text above contains the key. The key is shown only now; after you leave this page it cannot be shown again."
          : "The text contains the key as soon as the agent exists."}
      </p>
    </div>
  );
}

/** A daily cap without room, and the tasks that wait for it. */
import { Link } from "@tanstack/react-router";
import { TopUpButton } from "../../domain/limits/top-up-button.tsx";
import { TaskTitles } from "./away-ask.tsx";
import { type CappedItem, waitingText } from "./items.ts";

/** The tasks that the panel lists. */
const SHOWN_MAX = 20;

export function CappedAsk({ item: { policyId, gap, waiting } }: { item: CappedItem }) {
  return (
    <section className="min-h-0 space-y-4 overflow-y-auto p-4">
      <h2 className="pr-20 text-lg font-semibold break-words">
        {waitingText(waiting.length)} for room under a daily cap
      </h2>
      <p>{gap.reason}</p>
      <p className="text-sm text-ink-2">{gap.next_step}</p>
      <div className="flex flex-wrap items-center gap-3">
        <TopUpButton policyId={policyId} look="primary" />
        <Link to="/limits" className="text-accent-ink hover:underline">
          All limits
        </Link>
      </div>
      <TaskTitles tasks={waiting.slice(0, SHOWN_MAX)} />
    </section>
  );
}

/** The state of the live feed. */
import { type LiveState, useLiveState } from "../data/live.tsx";
import { useIsSignedOut } from "../data/signed-out.ts";
import { cx } from "../ui/class-names.ts";
import { relative, useNow } from "../ui/time.tsx";
import { Tip } from "../ui/tip.tsx";

export function LiveDot({ isNarrow = false }: { isNarrow?: boolean }) {
  const { state, sinceMs } = useLiveState();
  const isOut = useIsSignedOut();
  const now = useNow();
  const age = relative(sinceMs, now);
  const looks: Record<LiveState["state"] | "out", readonly [word: string, look: string, about: string]> = {
    out: ["Signed out", "bg-failed", "Your session has ended. Sign in again."],
    connecting: ["Connecting", "border-2 border-line-strong", "The live feed is opening."],
    live: ["Live", "bg-completed", "Everything shown is up to date."],
    reconnecting: ["Reconnecting", "border-2 border-blocked", "The live feed was lost and is opening again."],
    stale: [`Stale since ${age}`, "border-2 border-failed", "This data may be out of date until the server responds."],
    ended: ["Not live", "bg-failed", "The server ended the live feed. Reload the page to open it again."],
  };
  const [word, look, about] = looks[isOut ? "out" : state];
  return (
    <Tip text={about}>
      <span role="status" className="inline-flex min-w-0 grow items-center gap-1.5 text-xs text-ink-3">
        <span aria-hidden className={cx("forced-color-adjust-none size-2 shrink-0 rounded-full", look)} />
        <span className={cx("truncate", isNarrow && "sr-only")}>{word}</span>
      </span>
    </Tip>
  );
}

/** Shows each notice for a few seconds, and errors until the person closes them. In the entry, because it tells errors. */
import { CircleX, X } from "lucide-react";
import { useEffect, useLayoutEffect, useState } from "react";
import { type Notice, onNotice, undo as undoStep } from "../data/notices.ts";
import { Button } from "./button.tsx";

const SHOWN_MS = 6_000;
/** The oldest make room. */
const SHOWN_MAX = 4;

interface Shown extends Notice {
  id: number;
  of: Notice;
}

let lastId = 0;

export function Notices() {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  // The pointer or the focus on the notices stops their time.
  const [isHeld, setHeld] = useState(false);
  useEffect(
    () =>
      onNotice((notice) => {
        lastId += 1;
        const next = { ...notice, id: lastId, of: notice };
        const isOld = ({ about, of }: Shown) => of === next.replaces || (about !== undefined && about === next.about);
        const added = next.title === "" ? [] : [next];
        setShown((now) => [...now.filter((one) => !isOld(one)), ...added].slice(-SHOWN_MAX));
      }),
    [],
  );
  const close = (id: number) => {
    setShown((now) => now.filter((one) => one.id !== id));
    setHeld(false);
  };
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      style={{ bottom: useAboveForm(shown.length) }}
      className="fixed right-4 bottom-4 z-50 flex w-[min(360px,calc(100vw-32px))] flex-col gap-2 max-sm:bottom-20 print:hidden"
    >
      {shown.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} isHeld={isHeld} close={() => close(notice.id)} />
      ))}
    </section>
  );
}

const GAP_PX = 12;

/** Returns the distance from the lower edge that keeps the notices above a form for messages at that edge. */
function useAboveForm(count: number): number | undefined {
  const [bottom, setBottom] = useState<number>();
  useLayoutEffect(() => {
    if (count === 0) return;
    const forms = [...document.querySelectorAll("[data-composer]")].map((form) => form.getBoundingClientRect());
    const tops = forms.filter(({ height }) => height > 0).map(({ top }) => top);
    setBottom(tops.length === 0 ? undefined : window.innerHeight - Math.min(...tops) + GAP_PX);
  }, [count]);
  return bottom;
}

function NoticeCard({ notice, isHeld, close }: { notice: Shown; isHeld: boolean; close: () => void }) {
  const { title, detail, requestId, isError = false, undo, undoLabel = "Undo" } = notice;
  const stays = isError || isHeld;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the notice of a card never changes.
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(close, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [stays]);
  const runUndo = () => {
    close();
    undoStep(notice.of);
  };
  return (
    <div
      role={isError ? "alert" : "status"}
      className="flex animate-appear items-start gap-2 rounded-lg border border-line bg-raised p-3 shadow-pop"
    >
      {isError && <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-failed" />}
      <div className="min-w-0 grow">
        <p className="font-medium break-words">{title}</p>
        {detail && <p className="mt-0.5 text-sm break-words text-ink-2">{detail}</p>}
        {requestId && <p className="mt-1 font-mono text-xs break-all text-ink-3">Request {requestId}</p>}
      </div>
      {undo && (
        <Button size="small" onClick={runUndo}>
          {undoLabel}
        </Button>
      )}
      <Button look="quiet" size="icon" label="Close" onClick={close}>
        <X aria-hidden className="size-4" />
      </Button>
    </div>
  );
}

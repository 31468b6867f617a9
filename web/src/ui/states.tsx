/** Replacements for missing content: loading, empty, an error, no permission. */
import { BailiwickError } from "@bailiwick/sdk";
import { Inbox, Lock, SearchX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { describeError, namesNothing } from "../data/query.ts";
import { Button } from "./button.tsx";
import { cx } from "./class-names.ts";

/** Bars in place of lines; they appear after a short delay. */
export function Skeleton({ lines = 3, className }: { lines?: number; className?: string }) {
  return (
    <div role="status" aria-label="Loading" className={cx("animate-appear space-y-3", className)}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all bars are alike.
        <div key={line} className={cx("h-4 rounded bg-hover", line % 3 === 2 && "w-2/3")} />
      ))}
    </div>
  );
}

const SKELETON_ROWS = 12;

/** The rows of a table that loads, each as high as a row. */
export function SkeletonRows() {
  return (
    <div role="status" aria-label="Loading" className="min-h-0 animate-appear overflow-hidden">
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all rows are alike.
        <div key={row} className="flex h-10 items-center gap-4 border-b border-line px-4">
          <div className={cx("h-3 rounded bg-hover", row % 3 === 1 ? "w-1/2" : "w-2/3")} />
          <div className="ml-auto h-3 w-16 rounded bg-hover" />
        </div>
      ))}
    </div>
  );
}

export function Empty({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className="flex flex-col items-center justify-center gap-3 px-6 py-16 text-center">
      <span aria-hidden className="text-ink-3">
        {icon ?? <Inbox className="size-6" strokeWidth={1.5} />}
      </span>
      <p className="max-w-md text-ink-2">{title}</p>
      {children}
    </div>
  );
}

interface ErrorProps {
  error: unknown;
  retry?: (() => void) | undefined;
  /** A way out of a page whose thing does not exist; trying again would not help. */
  way?: ReactNode;
}

export function ErrorState({ error, retry, way }: ErrorProps) {
  const { title, detail, requestId } = describeError(error);
  if (way !== undefined && namesNothing(error)) {
    return (
      <Empty
        title="There is nothing at this address, or it belongs to another workspace."
        icon={<ErrorIcon error={error} />}
      >
        {way}
      </Empty>
    );
  }
  return (
    <div role="alert" className="flex flex-col items-center justify-center gap-2 px-6 py-16 text-center">
      <ErrorIcon error={error} />
      <p className="font-medium">{title}</p>
      <p className="max-w-md break-words text-ink-2">{detail}</p>
      {requestId && <p className="font-mono text-xs break-all text-ink-3">Request {requestId}</p>}
      {retry && (
        <Button className="mt-2" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function ErrorIcon({ error }: { error: unknown }) {
  const status = error instanceof BailiwickError ? error.status : undefined;
  const Icon = status === 404 ? SearchX : status === 403 ? Lock : TriangleAlert;
  return <Icon aria-hidden className="size-6 text-ink-3" strokeWidth={1.5} />;
}

/** Stands above old data when the last read failed. */
export function StaleBar({ retry }: { retry: () => void }) {
  return (
    <div role="status" className="flex items-center gap-3 bg-blocked-soft px-4 py-1.5 text-sm text-blocked">
      <TriangleAlert aria-hidden className="size-4" />
      <span className="grow">This data may be out of date, because the last read failed.</span>
      <Button size="small" onClick={retry}>
        Try again
      </Button>
    </div>
  );
}

/** One scrolling column, and the parts of a page of settings. */
import type { ReactNode } from "react";

interface ScrollProps {
  children: ReactNode;
  /** With a margin around it. */
  isWide?: boolean;
  /** From edge to edge, for settings. */
  isFull?: boolean;
}

/** One scrolling column, for content to read. */
export function Scroll({ children, isWide = false, isFull = false }: ScrollProps) {
  return (
    <div className="relative min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
      <div className={isWide ? "p-4 sm:p-6" : isFull ? "py-1" : "max-w-3xl py-2"}>{children}</div>
    </div>
  );
}

/** A part of a page of settings: its heading at the side, on a small screen above. */
export function Setting({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-t border-line px-4 py-4 first:border-t-0 lg:grid lg:grid-cols-[12rem_minmax(0,60rem)] lg:gap-x-8">
      <div className="mb-2 flex items-center justify-between gap-2 lg:flex-col lg:items-start">
        <h2 className="text-sm font-semibold text-ink">{title}</h2>
        {about}
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}

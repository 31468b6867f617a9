/** The frame of a page: title and actions above, content below; and a list with a detail panel. */
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeft, ExternalLink, X } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Button, buttonClass } from "./button.tsx";
import { cx } from "./class-names.ts";
import { useHotkeys } from "./keys.ts";
import { setTitle } from "./title.ts";
import { useIsWide } from "./use-media.ts";
import { useWorkspaceHref } from "./use-workspace-href.ts";

interface PageProps {
  title: string;
  /** The list that holds the thing of this page. A phone shows the way back to it. */
  up?: Up;
  /** Shown before the title. */
  icon?: ReactNode;
  /** Shown after the title: a count, a status. */
  about?: ReactNode;
  actions?: ReactNode;
  /** Filters, shown below the title. */
  toolbar?: ReactNode;
  children: ReactNode;
}

export interface Up {
  href: string;
  label: string;
}

/** A page whose content fills the rest of the screen and scrolls inside. */
export function Page({ title, up, icon, about, actions, toolbar, children }: PageProps) {
  useTitle(title);
  return (
    <div className="flex min-h-0 grow flex-col">
      <header className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2">
        <div className="flex min-w-0 items-center gap-2">
          {up && <BackLink {...up} />}
          {icon}
          <h1 className="min-w-0 truncate text-lg font-semibold max-sm:line-clamp-3 max-sm:whitespace-normal">
            <bdi>{title}</bdi>
          </h1>
        </div>
        {about}
        {/* Actions that have no room next to the title begin where it begins. */}
        <span aria-hidden className="-ml-3 grow" />
        <div className="flex items-center gap-2">{actions}</div>
      </header>
      {toolbar && (
        <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-2">{toolbar}</div>
      )}
      {children}
    </div>
  );
}

function BackLink({ href, label }: Up) {
  return (
    <UpLink href={href} label={label} className="-ml-2 flex size-10 items-center justify-center rounded sm:hidden">
      <ArrowLeft aria-hidden className="size-5" />
    </UpLink>
  );
}

/** A link that keeps the dashboard loaded. */
export function UpLink({ href, label, className, children }: Up & { className: string; children?: ReactNode }) {
  const navigate = useNavigate();
  const inWorkspace = useWorkspaceHref();
  const address = inWorkspace(href);
  return (
    <a
      href={address}
      aria-label={children === undefined ? undefined : label}
      className={className}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        void navigate({ href: address });
      }}
    >
      {children ?? label}
    </a>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    setTitle(`${title} · Bailiwick`);
  }, [title]);
}

interface SplitProps {
  children: ReactNode;
  /** The content of the panel; undefined when it is closed. */
  detail: ReactNode | undefined;
  onClose: () => void;
  /** The page of the same content. */
  href: string | undefined;
  /** The name of the panel for screen readers. */
  label: string;
  /** Further buttons, before Close. */
  actions?: ReactNode;
}

/** A list with a detail panel at its side, or above it on a small screen. */
export function Split({ children, detail, onClose, href, label, actions }: SplitProps) {
  const isWide = useIsWide();
  const inWorkspace = useWorkspaceHref();
  useHotkeys(detail ? [{ keys: "escape", label: "Close the detail", isMove: true, run: onClose }] : []);
  return (
    <div className="relative flex min-h-0 grow">
      <div className="flex min-w-0 grow flex-col">{children}</div>
      {detail && (
        <aside
          aria-label={label}
          className={
            isWide
              ? "flex w-[46%] max-w-3xl min-w-[480px] shrink-0 flex-col border-l border-line bg-canvas"
              : "absolute inset-0 z-20 flex flex-col bg-canvas"
          }
        >
          <div className="absolute top-2 right-2 z-10 flex gap-1">
            {actions}
            {href && (
              <a href={inWorkspace(href)} className={buttonClass("quiet", "icon")} aria-label="Open as a page">
                <ExternalLink aria-hidden className="size-4" />
              </a>
            )}
            <Button look="quiet" size="icon" label="Close" keys="escape" onClick={onClose}>
              <X aria-hidden className="size-4" />
            </Button>
          </div>
          {detail}
        </aside>
      )}
    </div>
  );
}

/** A part of a detail, with a heading. While it has no content, it is one low line. */
export function Section({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }) {
  const isEmpty = children === false || children === undefined;
  return (
    <section className={cx("border-t border-line px-4 first:border-t-0", isEmpty ? "py-2" : "py-4")}>
      <div className={cx("flex items-center gap-2", !isEmpty && "mb-2")}>
        <h2 className="text-sm font-semibold text-ink">{title}</h2>
        <div className="ml-auto flex items-center gap-2 text-sm text-ink-3">{about}</div>
      </div>
      {children}
    </section>
  );
}

/** Names and values, one per line. */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[120px_minmax(0,1fr)] items-baseline gap-x-3 gap-y-1.5 text-base">{children}</dl>
  );
}

export function FactLine({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

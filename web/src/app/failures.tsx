/** Replacements for a page that does not exist or that failed. */
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { Button, buttonClass } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, ErrorState } from "../ui/states.tsx";

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Empty title="There is no page at this address." icon={<SearchX className="size-6" />}>
        <p className="mb-3 text-ink-3">The address may be cut, or the page has moved.</p>
        <div className="flex flex-wrap justify-center gap-2">
          <Link to="/inbox" className={buttonClass("primary")}>
            Go to the inbox
          </Link>
          <Link to="/overview" className={buttonClass()}>
            Overview
          </Link>
          <Link to="/tasks" className={buttonClass()}>
            Tasks
          </Link>
        </div>
      </Empty>
    </Page>
  );
}

export function NoMemberPage() {
  return (
    <main className="flex min-h-dvh flex-col">
      <Page title="Another workspace" icon={<img src="/icon.svg" alt="" className="size-6 shrink-0" />}>
        <Empty title="You are not a member of the workspace in this address." icon={<SearchX className="size-6" />}>
          <p className="mb-3 text-ink-3">
            Its owner can invite you. If you belong to it with another email address, sign in with that one.
          </p>
          <div className="flex flex-wrap justify-center gap-2">
            <a href="/" className={buttonClass()}>
              Open your own workspace
            </a>
            <form method="post" action="/sign-out">
              <Button type="submit" look="quiet">
                Sign out
              </Button>
            </form>
          </div>
        </Empty>
      </Page>
    </main>
  );
}

export function CrashPage({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Something failed">
      <ErrorState error={error} retry={reset} />
    </Page>
  );
}

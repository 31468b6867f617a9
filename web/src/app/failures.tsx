/** Replacements for a page that does not exist or that failed. */
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { buttonClass } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, ErrorState } from "../ui/states.tsx";

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Empty title="There is no page at this address." icon={<SearchX className="size-6" />}>
        <Link to="/inbox" className={buttonClass()}>
          Go to the inbox
        </Link>
      </Empty>
    </Page>
  );
}

export function CrashPage({ error, reset }: ErrorComponentProps) {
  return (
    <Page title="Something failed">
      <ErrorState error={error} retry={reset} />
    </Page>
  );
}

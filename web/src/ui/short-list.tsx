/** A list inside a detail; a button shows more rows. */
import type { ReactNode } from "react";
import type { List } from "../data/list.ts";
import { Button } from "./button.tsx";
import { ErrorState, Skeleton } from "./states.tsx";

interface ShortListProps<Row> {
  label: string;
  list: List<Row>;
  idOf: (row: Row) => string;
  children: (row: Row) => ReactNode;
  /** Shown without rows. Left out where a control below says enough. */
  empty?: string;
}

export function ShortList<Row>({ label, list, idOf, children, empty }: ShortListProps<Row>) {
  if (list.isLoading) return <Skeleton lines={2} />;
  if (list.error) return <ErrorState error={list.error} retry={list.reload} />;
  if (list.rows.length === 0) return empty && <p className="text-ink-3">{empty}</p>;
  return (
    <>
      <ul aria-label={label} className="divide-y divide-line">
        {list.rows.map((row) => (
          <li key={idOf(row)} className="min-w-0 py-2 first:pt-0 last:pb-0">
            {children(row)}
          </li>
        ))}
      </ul>
      {list.hasMore && (
        <Button size="small" look="quiet" className="mt-2" isBusy={list.isLoadingMore} onClick={list.loadMore}>
          Show more
        </Button>
      )}
    </>
  );
}

/** A table inside a detail; a button shows more rows. In a narrow place each row has lines instead of columns. */
import type { ReactNode } from "react";
import type { List } from "../data/list.ts";
import { Button } from "./button.tsx";
import { cx } from "./class-names.ts";
import { UpLink } from "./page.tsx";
import { ErrorState, Skeleton } from "./states.tsx";
import type { Column } from "./table-row.tsx";
import { useIsPhone } from "./use-media.ts";

interface ShortTableProps<Row> {
  label: string;
  list: List<Row>;
  columns: readonly Column<Row>[];
  idOf: (row: Row) => string;
  /** The page of a row, and the name of the link for screen readers. */
  linkOf?: (row: Row) => { href: string; label: string };
  /** The row in lines, on a phone or in a panel. */
  lines: (row: Row) => ReactNode;
  /** In a panel. */
  isNarrow?: boolean;
  empty: string;
}

export function ShortTable<Row>({ label, list, columns, idOf, linkOf, lines, isNarrow, empty }: ShortTableProps<Row>) {
  const isPhone = useIsPhone();
  if (list.isLoading) return <Skeleton lines={3} />;
  if (list.error) return <ErrorState error={list.error} retry={list.reload} />;
  if (list.rows.length === 0) return <p className="text-ink-3">{empty}</p>;
  const hasLines = isNarrow || isPhone;
  const style = { gridTemplateColumns: hasLines ? "minmax(0,1fr)" : columns.map(({ width }) => width).join(" ") };
  return (
    <>
      <div role="table" aria-label={label} className="-mx-2 overflow-x-auto">
        {!hasLines && <Heads columns={columns} style={style} />}
        <div role="rowgroup">
          {list.rows.map((row) => (
            <div
              key={idOf(row)}
              role="row"
              className={cx(
                "relative grid items-center gap-3 px-2 hover:bg-hover",
                // The rule is as wide as the heading above the table, and the ground of a row is wider.
                "after:absolute after:inset-x-2 after:bottom-0 after:border-b after:border-line last:after:hidden",
                hasLines ? "py-2" : "min-h-9 min-w-fit",
              )}
              style={style}
            >
              {hasLines ? (
                <div role="cell" className="min-w-0">
                  {linkOf && <RowLink {...linkOf(row)} />}
                  {lines(row)}
                </div>
              ) : (
                columns.map(({ id, cell, isRight }, at) => (
                  <div key={id} role="cell" className={cx("min-w-0 truncate", isRight && "text-right")}>
                    {at === 0 && linkOf && <RowLink {...linkOf(row)} />}
                    {cell(row)}
                  </div>
                ))
              )}
            </div>
          ))}
        </div>
      </div>
      {list.hasMore && (
        <Button size="small" look="quiet" className="mt-2" isBusy={list.isLoadingMore} onClick={list.loadMore}>
          Show more
        </Button>
      )}
    </>
  );
}

/** Covers the whole row. Other controls in a row stand above it with `relative z-1`. */
function RowLink({ href, label }: { href: string; label: string }) {
  return (
    <UpLink href={href} label={label} className="absolute inset-0 -outline-offset-2">
      <span />
    </UpLink>
  );
}

function Heads<Row>({ columns, style }: { columns: readonly Column<Row>[]; style: { gridTemplateColumns: string } }) {
  return (
    <div role="rowgroup">
      <div
        role="row"
        className="relative grid h-7 min-w-fit items-center gap-3 px-2 after:absolute after:inset-x-2 after:bottom-0 after:border-b after:border-line"
        style={style}
      >
        {columns.map(({ id, header, isRight, isHeaderHidden }) => (
          <span key={id} role="columnheader" className={cx("truncate text-sm text-ink-3", isRight && "text-right")}>
            {isHeaderHidden ? <span className="sr-only">{header}</span> : header}
          </span>
        ))}
      </div>
    </div>
  );
}

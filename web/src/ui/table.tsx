/** A long list of rows; only visible rows render. Keyboard: j and k move, Enter opens, x selects. */
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { List } from "../data/list.ts";
import { Button } from "./button.tsx";
import { cx } from "./class-names.ts";
import { useKeptScroll } from "./history.ts";
import { useHotkeys } from "./keys.ts";
import { ErrorState, SkeletonRows, StaleBar } from "./states.tsx";
import { type Column, type RowActs, TableRow, type Way } from "./table-row.tsx";
import { useIsPhone } from "./use-media.ts";
import { useSteadyRows } from "./use-steady-rows.ts";
import { useWorkspaceHref } from "./use-workspace-href.ts";

export interface TableProps<Row> {
  /** Names the rows: "Tasks". */
  label: string;
  list: List<Row>;
  columns: readonly Column<Row>[];
  idOf: (row: Row) => string;
  /** The name of the row's link for screen readers. */
  nameOf: (row: Row) => string;
  /** The address of a row, which opens in a new tab or on a phone. Only rows with an address open. */
  hrefOf?: (row: Row) => string;
  onOpen?: (row: Row, by: Way) => void;
  /** A phone opens rows with `onOpen` too, and not at their address. */
  opensInPlace?: boolean;
  /** Called when the keyboard or the pointer reaches a row. */
  onCursor?: (id: string) => void;
  openId?: string | undefined;
  /** The height of a row with two lines. */
  rowPx?: number;
  /** The usual height of a row on a phone, where it is as high as its text. */
  phonePx?: number;
  /** Renders the row on a phone: two lines instead of columns. */
  phone: (row: Row) => ReactNode;
  empty: ReactNode;
  /** Stands below the last row, where a short list leaves room. */
  foot?: ReactNode;
  selection?: Selection;
}

export interface Selection {
  ids: ReadonlySet<string>;
  set: (ids: ReadonlySet<string>) => void;
}

export const ROW_PX = 40;
const PHONE_ROW_PX = 68;
/** The next page is read this many rows before the end. */
const AHEAD = 30;

export function Table<Row>(props: TableProps<Row>) {
  const { list, empty, hrefOf } = props;
  const inWorkspace = useWorkspaceHref();
  if (list.isLoading) return <SkeletonRows />;
  if (list.error) return <ErrorState error={list.error} retry={list.reload} />;
  if (list.rows.length === 0) return empty;
  const here: TableProps<Row> = hrefOf ? { ...props, hrefOf: (row) => inWorkspace(hrefOf(row)) } : props;
  return <FilledTable {...here} />;
}

function FilledTable<Row>(props: TableProps<Row>) {
  const { label, list, columns, idOf, selection } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isPhone = useIsPhone();
  const { rows, changedIds, waiting, release, hover } = useSteadyRows(list.rows, idOf, scroller);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isPhone ? (props.phonePx ?? PHONE_ROW_PX) : (props.rowPx ?? ROW_PX)),
    overscan: 6,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizer keeps the old heights when they change.
  useLayoutEffect(() => virtual.measure(), [virtual, props.rowPx]);
  useKeptScroll(scroller);
  const items = virtual.getVirtualItems();
  useMoreAhead(list, items.at(-1)?.index ?? 0);
  const open = useOpen(props, isPhone);
  const cursor = useCursor(props, rows, { open, show: (at) => virtual.scrollToIndex(at) });
  const acts = useActs(open, cursor);
  const template = [selection && "32px", ...columns.map(({ width }) => width)].filter(Boolean).join(" ");
  return (
    <div className="relative flex min-h-0 grow flex-col">
      {list.isStale && <StaleBar retry={list.reload} />}
      {waiting > 0 && <NewRows count={waiting} onShow={release} />}
      {/* Without a link in its rows, the list itself takes the focus, so that the keyboard can scroll it. */}
      <div
        ref={scroller}
        {...hover}
        tabIndex={props.hrefOf ? undefined : 0}
        className="min-h-0 grow overflow-y-auto overscroll-contain -outline-offset-2"
        data-scroller
      >
        <div role="table" aria-label={label} aria-rowcount={list.hasMore ? -1 : rows.length + 1} className="min-w-fit">
          {!isPhone && <Header columns={columns} template={template} hasSelection={selection !== undefined} />}
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {items.map(({ index, start, size }) => {
              const row = rows[index];
              if (row === undefined) return null;
              const id = idOf(row);
              return (
                <TableRow
                  key={id}
                  {...{ row, id, index, columns, acts }}
                  startPx={start}
                  heightPx={size}
                  measure={isPhone ? virtual.measureElement : undefined}
                  name={props.nameOf(row)}
                  href={props.hrefOf?.(row)}
                  canSelect={selection !== undefined}
                  template={isPhone ? undefined : template}
                  phone={isPhone ? props.phone : undefined}
                  isChanged={changedIds.has(id)}
                  isSelected={selection?.ids.has(id) ?? false}
                  isOpen={props.openId === id}
                  hasCursor={cursor.id === id}
                  isStop={cursor.id === id || (cursor.id === undefined && index === 0)}
                />
              );
            })}
          </div>
        </div>
        {list.isLoadingMore && <p className="px-4 py-3 text-sm text-ink-3">Loading more…</p>}
        {!list.hasMore && props.foot && <div className="max-w-3xl px-4 py-4 text-sm text-ink-3">{props.foot}</div>}
        {list.hasMoreFailed && <MoreFailed retry={list.loadMore} />}
      </div>
    </div>
  );
}

function Header<Row>({ columns, template, hasSelection }: HeaderProps<Row>) {
  const isHidden = columns.every((column) => column.isHeaderHidden);
  return (
    <div role="rowgroup" className={isHidden ? "sr-only" : "sticky top-0 z-10 border-b border-line bg-canvas"}>
      <div role="row" className="grid h-8 items-center gap-3 px-4" style={{ gridTemplateColumns: template }}>
        {hasSelection && (
          <span role="columnheader">
            <span className="sr-only">Selected</span>
          </span>
        )}
        {columns.map(({ id, header, isRight, isHeaderHidden }) => (
          <span key={id} role="columnheader" className={cx("truncate text-sm text-ink-3", isRight && "text-right")}>
            {isHeaderHidden ? <span className="sr-only">{header}</span> : header}
          </span>
        ))}
      </div>
    </div>
  );
}

interface HeaderProps<Row> {
  columns: readonly Column<Row>[];
  template: string;
  hasSelection: boolean;
}

function NewRows({ count, onShow }: { count: number; onShow: () => void }) {
  return (
    <button
      type="button"
      onClick={onShow}
      className="absolute top-10 left-1/2 z-20 -translate-x-1/2 rounded-full bg-accent px-3 py-1 text-sm font-medium text-white shadow-pop"
    >
      {count === 1 ? "1 change" : `${count} changes`}
    </button>
  );
}

function MoreFailed({ retry }: { retry: () => void }) {
  return (
    <p className="flex items-center gap-3 px-4 py-3 text-sm text-ink-2">
      The next rows could not be read.
      <Button size="small" onClick={retry}>
        Try again
      </Button>
    </p>
  );
}

/** After a failure only the person reads again, so that a failing server is not called without end. */
function useMoreAhead<Row>({ rows, hasMore, hasMoreFailed, loadMore }: List<Row>, lastShown: number): void {
  useEffect(() => {
    if (hasMore && !hasMoreFailed && lastShown >= rows.length - AHEAD) loadMore();
  }, [hasMore, hasMoreFailed, lastShown, rows.length, loadMore]);
}

/** Opens a row in the panel, or its page on a phone. */
function useOpen<Row>({ hrefOf, onOpen, opensInPlace }: TableProps<Row>, isPhone: boolean): RowActs<Row>["open"] {
  const navigate = useNavigate();
  return (row, by) => {
    const href = hrefOf?.(row);
    if (onOpen && (opensInPlace || !(isPhone && href))) onOpen(row, by);
    else if (href) void navigate({ href });
  };
}

/** Returns an object that stays the same; its functions use the latest closures. */
function useActs<Row>(open: RowActs<Row>["open"], cursor: Cursor): RowActs<Row> {
  const latest = useRef({ open, cursor });
  latest.current = { open, cursor };
  return useMemo(
    () => ({
      open: (row, by) => latest.current.open(row, by),
      setCursor: (id) => latest.current.cursor.setId(id),
      toggle: (id) => latest.current.cursor.toggle(id),
    }),
    [],
  );
}

interface Cursor {
  id: string | undefined;
  setId: (id: string) => void;
  toggle: (id: string) => void;
}

interface CursorActs<Row> {
  open: RowActs<Row>["open"];
  show: (at: number) => void;
}

/** The current row of the keyboard. */
function useCursor<Row>(table: TableProps<Row>, rows: readonly Row[], { open, show }: CursorActs<Row>): Cursor {
  const { idOf, selection, onCursor } = table;
  const [id, set] = useState<string>();
  const lastPlace = useRef(-1);
  const placeOf = () => (id === undefined ? -1 : rows.findIndex((row) => idOf(row) === id));
  const setId = (next: string) => {
    lastPlace.current = rows.findIndex((row) => idOf(row) === next);
    set(next);
    onCursor?.(next);
  };
  const move = (by: number) => {
    const place = placeOf();
    // The next row takes the place of a removed row.
    const gone = by > 0 ? lastPlace.current - 1 : lastPlace.current;
    const from = place < 0 ? gone : place;
    const next = Math.min(rows.length - 1, Math.max(0, from + by));
    const row = rows[next];
    if (row === undefined) return;
    show(next);
    setId(idOf(row));
  };
  const openHere = () => {
    const current = rows[placeOf()];
    if (current !== undefined) open(current, "keys");
  };
  const toggle = (toggled: string) => selection?.set(symmetric(selection.ids, toggled));
  useHotkeys([
    { keys: "j", label: "Next row", isMove: true, isRow: true, run: () => move(1) },
    { keys: "k", label: "Previous row", isMove: true, isRow: true, run: () => move(-1) },
    { keys: "enter", label: "Open the row", isMove: true, isRow: true, run: openHere },
    ...(selection
      ? [{ keys: "x", label: "Select the row", isMove: true, isRow: true, run: () => id !== undefined && toggle(id) }]
      : []),
  ]);
  return { id, setId, toggle };
}

function symmetric(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

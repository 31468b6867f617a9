/**
 * One row of a table. Its link opens it beside the list, in a new tab as a page, and on a phone always as a page.
 * Scrolling draws the table often, so a row is drawn again only when something of its own changed.
 */
import { type MouseEvent, memo, type ReactNode, useEffect, useRef } from "react";
import { cx } from "./class-names.ts";
import { Tick } from "./tick.tsx";

export interface Column<Row> {
  id: string;
  header: string;
  /** A track of CSS grid: `minmax(200px,1fr)`, `120px`. */
  width: string;
  cell: (row: Row) => ReactNode;
  isRight?: boolean;
  /** The header is for readers alone, above what needs no name to be seen. */
  isHeaderHidden?: boolean;
}

/** What a row can do; the same object as long as the table is shown. */
export interface RowActs<Row> {
  /** Opens the row beside the list, or its page. */
  open: (row: Row) => void;
  setCursor: (id: string) => void;
  toggle: (id: string) => void;
}

export interface RowProps<Row> {
  row: Row;
  id: string;
  name: string;
  /** Undefined: the row has no page. */
  href: string | undefined;
  canOpen: boolean;
  canSelect: boolean;
  index: number;
  /** Pixels from the top of the list. */
  start: number;
  size: number;
  /** Undefined on a phone, where `phone` draws the row. */
  template: string | undefined;
  columns: readonly Column<Row>[];
  phone: ((row: Row) => ReactNode) | undefined;
  isChanged: boolean;
  isSelected: boolean;
  isOpen: boolean;
  hasCursor: boolean;
  /** It is reached by Tab. */
  isStop: boolean;
  acts: RowActs<Row>;
}

function DrawnRow<Row>(props: RowProps<Row>) {
  const { id, name, index, start, size, template, canSelect, isChanged, isSelected, isOpen, hasCursor, acts } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={cx(
        "absolute inset-x-0 grid items-center gap-3 border-b border-line px-4 contain-[layout_style] hover:bg-hover",
        isChanged && "animate-changed",
        (isSelected || isOpen) && "bg-selected",
        hasCursor && "shadow-[inset_2px_0_0_var(--color-accent)]",
      )}
      style={{
        height: size,
        transform: `translateY(${start}px)`,
        gridTemplateColumns: template ?? "minmax(0,1fr)",
      }}
    >
      {template !== undefined && canSelect && (
        <span role="cell" className="relative z-1 flex">
          <Tick checked={isSelected} aria-label={`Select ${name}`} onChange={() => acts.toggle(id)} />
        </span>
      )}
      <Cells {...props} />
    </div>
  );
}

// Memo forgets the type parameter.
export const TableRow = memo(DrawnRow) as typeof DrawnRow;

function Cells<Row>(props: RowProps<Row>) {
  const { row, phone, columns } = props;
  if (phone) {
    return (
      <div role="cell" className="relative min-w-0">
        <RowLink {...props} />
        {phone(row)}
      </div>
    );
  }
  return columns.map(({ id, cell, isRight }, at) => (
    <div key={id} role="cell" className={cx("min-w-0 truncate", isRight && "text-right")}>
      {at === 0 && <RowLink {...props} />}
      {cell(row)}
    </div>
  ));
}

/** Lies over the whole row; what can be pressed itself stands above it with `relative z-1`. */
function RowLink<Row>({ row, id, name, href, canOpen, phone, isOpen, hasCursor, isStop, acts }: RowProps<Row>) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (hasCursor) link.current?.focus({ preventScroll: true });
  }, [hasCursor]);
  if (href === undefined && !canOpen) return null;
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    acts.setCursor(id);
    acts.open(row);
  };
  return (
    <a
      ref={link}
      href={href ?? "#"}
      aria-label={name}
      aria-current={isOpen || undefined}
      tabIndex={isStop ? 0 : -1}
      className={cx("absolute inset-0 -outline-offset-2", phone && "-inset-x-4 -inset-y-3")}
      onClick={open}
      onFocus={() => acts.setCursor(id)}
    />
  );
}

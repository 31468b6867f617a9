/**
 * One row of a table. Its link opens the row in the panel, and in a new tab or on a phone as a page. Scrolling renders
 * the table often, so a row renders again only when its own props change.
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
  /** Only screen readers get the header. */
  isHeaderHidden?: boolean;
}

/** The means by which a person opens a row. */
export type Way = "keys" | "pointer";

/** The actions of a row; the object stays the same while the table is mounted. */
export interface RowActs<Row> {
  /** Opens the row in the panel, or its page. */
  open: (row: Row, by: Way) => void;
  setCursor: (id: string) => void;
  toggle: (id: string) => void;
}

export interface RowProps<Row> {
  row: Row;
  id: string;
  name: string;
  /** Undefined when the row has no page. */
  href: string | undefined;
  canSelect: boolean;
  index: number;
  /** The distance from the top of the list. */
  startPx: number;
  heightPx: number;
  /** On a phone a row is as high as its text, and this function measures the row. */
  measure: ((row: HTMLElement | null) => void) | undefined;
  /** The grid columns; undefined on a phone, where `phone` renders the row. */
  template: string | undefined;
  columns: readonly Column<Row>[];
  phone: ((row: Row) => ReactNode) | undefined;
  isChanged: boolean;
  isSelected: boolean;
  isOpen: boolean;
  hasCursor: boolean;
  /** Tab reaches this row. */
  isStop: boolean;
  acts: RowActs<Row>;
}

function PlainRow<Row>(props: RowProps<Row>) {
  const { id, name, index, startPx, heightPx, measure, template, canSelect } = props;
  const { isChanged, isSelected, isOpen, hasCursor, acts } = props;
  return (
    <div
      ref={measure}
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      className={cx(
        "group absolute inset-x-0 grid items-center gap-3 border-b border-line bg-(--row) px-4 contain-[layout_style]",
        measure && "py-3",
        isChanged && "animate-changed",
        // Verbs that stand over the text of the row have the same ground.
        isSelected || isOpen
          ? "[--row:var(--color-selected)]"
          : "[--row:var(--color-canvas)] hover:[--row:var(--color-hover)]",
        hasCursor && "shadow-[inset_2px_0_0_var(--color-accent)]",
      )}
      style={{
        height: measure ? undefined : heightPx,
        transform: `translateY(${startPx}px)`,
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

// `memo` drops the type parameter.
export const TableRow = memo(PlainRow) as typeof PlainRow;

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

/** Covers the whole row. Other controls in a row stand above it with `relative z-1`. */
function RowLink<Row>({ row, id, name, href, phone, isOpen, hasCursor, isStop, acts }: RowProps<Row>) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (hasCursor) link.current?.focus({ preventScroll: true });
  }, [hasCursor]);
  if (href === undefined) return null;
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    acts.setCursor(id);
    // A press of Enter is a click without a button of the mouse.
    acts.open(row, event.detail === 0 ? "keys" : "pointer");
  };
  return (
    <a
      ref={link}
      href={href}
      aria-label={name}
      aria-current={isOpen || undefined}
      tabIndex={isStop ? 0 : -1}
      className={cx("absolute inset-0 -outline-offset-2", phone && "-inset-x-4 -inset-y-3")}
      onClick={open}
      onFocus={() => acts.setCursor(id)}
    />
  );
}

/** Rows that do not move while the pointer is on the list or the list is scrolled; only their contents change. */
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";

/** A changed row is marked this long. */
const MARKED_MS = 1_300;

export function useSteadyRows<Row>(
  latest: readonly Row[],
  idOf: (row: Row) => string,
  scroller: RefObject<HTMLElement | null>,
) {
  const [isOver, setOver] = useState(false);
  const shown = useRef<readonly Row[]>(latest);
  /** The rows whose buttons or boxes were pressed. */
  const leaving = useRef(new Set<string>());
  const isHeld = isOver || (scroller.current?.scrollTop ?? 0) > 0;
  // Scrolling renders often and a list can be long, so the order is computed only after a change.
  // biome-ignore lint/correctness/useExhaustiveDependencies: idOf is always the same function.
  const { rows, waiting } = useMemo(
    () =>
      isHeld ? holdOrder(shown.current, latest, { idOf, leaving: leaving.current }) : { rows: latest, waiting: 0 },
    [isHeld, latest],
  );
  const changedIds = useChanged(rows, idOf);
  useEffect(() => {
    shown.current = rows;
  }, [rows]);
  const release = () => {
    shown.current = latest;
    scroller.current?.scrollTo({ top: 0 });
    setOver(false);
  };
  // Touch has no hover, so it does not hold rows. Neither does a pointer that rests where a dialog was: the rows then show
  // the result of the dialog.
  const hover = {
    onPointerMove: ({
      pointerType,
      movementX,
      movementY,
    }: {
      pointerType: string;
      movementX: number;
      movementY: number;
    }) => setOver((isBefore) => isBefore || (pointerType === "mouse" && (movementX !== 0 || movementY !== 0))),
    onPointerLeave: () => setOver(false),
    onClick: ({ target }: { target: EventTarget }) => {
      const row = shown.current[placeOfButton(target)];
      if (row !== undefined) leaving.current.add(idOf(row));
    },
  };
  return { rows, changedIds, waiting, release, hover };
}

/** Returns the ids of rows that changed since the previous render. */
function useChanged<Row>(rows: readonly Row[], idOf: (row: Row) => string): ReadonlySet<string> {
  const before = useRef<readonly Row[]>([]);
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: idOf is always the same function.
  useEffect(() => {
    const last = before.current;
    before.current = rows;
    if (beginsWith(rows, last)) return;
    const known = new Map(last.map((row) => [idOf(row), row]));
    const ids = rows.filter((row) => known.has(idOf(row)) && known.get(idOf(row)) !== row).map(idOf);
    if (ids.length === 0 || ids.length === rows.length) return;
    setChanged(new Set(ids));
    const timer = setTimeout(() => setChanged(new Set()), MARKED_MS);
    return () => clearTimeout(timer);
  }, [rows]);
  return changed;
}

interface Steady<Row> {
  rows: readonly Row[];
  /** The number of added and removed rows that are not shown yet. */
  waiting: number;
}

/** Returns the place of the row whose button or box was pressed, from 0; NaN without such a row. */
function placeOfButton(target: EventTarget): number {
  const row = target instanceof Element && target.closest("button, input")?.closest('[role="row"]');
  // The heading is row 1.
  return Number(row ? row.getAttribute("aria-rowindex") : Number.NaN) - 2;
}

interface Rules<Row> {
  idOf: (row: Row) => string;
  /** Rows that may leave and come back, because the person acted on them. */
  leaving?: ReadonlySet<string>;
}

/** Returns the shown rows in their order with their newest contents, followed by rows of further pages. */
export function holdOrder<Row>(
  shown: readonly Row[],
  latest: readonly Row[],
  { idOf, leaving = new Set() }: Rules<Row>,
): Steady<Row> {
  if (beginsWith(latest, shown)) return { rows: latest, waiting: 0 };
  const fresh = new Map(latest.map((row) => [idOf(row), row]));
  const known = new Set(shown.map(idOf));
  const kept = shown.filter((row) => fresh.has(idOf(row)) || !leaving.has(idOf(row)));
  const held = kept.map((row) => fresh.get(idOf(row)) ?? row);
  const gone = kept.filter((row) => !fresh.has(idOf(row))).length;
  const lastKnown = latest.findLastIndex((row) => known.has(idOf(row)));
  const below = latest.slice(lastKnown + 1);
  const within = latest.slice(0, lastKnown + 1).filter((row) => !known.has(idOf(row))).length;
  const isBack = latest.some((row) => leaving.has(idOf(row)) && !known.has(idOf(row)));
  if (lastKnown < 0 || isBack) return { rows: latest, waiting: 0 };
  return { rows: [...held, ...below], waiting: gone + within };
}

/** Returns whether all previous rows stand unchanged at their places. This usual case must be fast for many rows. */
function beginsWith<Row>(rows: readonly Row[], before: readonly Row[]): boolean {
  return rows === before || before.every((row, at) => row === rows[at]);
}

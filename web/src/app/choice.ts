/** One line of the command menu, and its group. */

export interface Choice {
  id: string;
  label: string;
  /** Stands behind the label. */
  about?: string | undefined;
  /** The second line, which tells equal names apart. */
  detail?: string | undefined;
  /** The name that begins the second line. */
  who?: string | undefined;
  keys?: string | undefined;
  denied?: string | undefined;
  run: () => void;
}

export interface Group {
  value: string;
  items: Choice[];
}

/** Prints one line per event and, on a terminal, a line with the progress below them. */

/** Standard output, or the output of a test. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof CODES;
export type Paint = (style: Style, text: string) => string;

export interface Terminal {
  paint: Paint;
  /** The width in columns. */
  width: number;
  print(...lines: string[]): void;
  /** Shows the text as the last line until it changes. A file or a pipe does not get it. */
  status(text: string): void;
}

const WIDTH_DEFAULT = 100;
const ESCAPE = "\u001b";
const CLEAR_LINE = `\r${ESCAPE}[2K`;
const COLOR_OR_CONTROL = new RegExp(`${ESCAPE}\\[[0-9]{1,2}m|\\p{C}`, "gu");

export function createTerminal(out: Output, env: NodeJS.ProcessEnv): Terminal {
  const isLive = out.isTTY === true && env.TERM !== "dumb";
  // https://no-color.org: any value but the empty one.
  const hasColor = isLive && !env.NO_COLOR;
  const width = Math.max(60, out.columns ?? WIDTH_DEFAULT);
  let shown = "";

  function show(text: string): void {
    if (!isLive || text === shown) return;
    out.write(`${CLEAR_LINE}${harmless(text)}`);
    shown = text;
  }

  const paint: Paint = (style, text) => (hasColor ? `${ESCAPE}[${CODES[style]}m${text}${ESCAPE}[0m` : text);

  return {
    width,
    paint,
    print(...lines) {
      const status = shown;
      show("");
      for (const line of lines) out.write(`${harmless(line)}\n`);
      show(status);
    },
    // A longer text would wrap, and only its last line would be replaced.
    status: (text) => show(text === "" ? "" : paint("dim", text.slice(0, width - 1))),
  };
}

/** Replaces control characters, except our own colours: names and commands come from the publishers of packages. */
function harmless(text: string): string {
  return text.replaceAll(COLOR_OR_CONTROL, (found) => (found.length > 1 && found.startsWith(ESCAPE) ? found : "?"));
}

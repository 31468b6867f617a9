/**
 * The JSX of the dashboard. Every text that an element shows or names passes `visibleText` here, so that no component
 * can forget it. `tsconfig.json` and `vite.config.ts` select this file.
 */
import type { ElementType, Key, ReactElement } from "react";
import { jsx as createElement, jsxs as createElements, Fragment, type JSX } from "react/jsx-runtime";
import { visibleText } from "./visible-text.ts";

export { Fragment, type JSX };

export function jsx(type: ElementType, props: unknown, key?: Key): ReactElement {
  return createElement(type, shown(props as Props), key);
}

export function jsxs(type: ElementType, props: unknown, key?: Key): ReactElement {
  return createElements(type, shown(props as Props), key);
}

type Props = Record<string, unknown>;

/** The properties that a browser or a screen reader shows as text. A value of a field stays as it is. */
const SHOWN = [
  "children",
  "aria-label",
  "aria-description",
  "aria-valuetext",
  "alt",
  "placeholder",
  "title",
  "data-tip",
];

/** Returns the same object when nothing is hidden, which is the rule. */
function shown(props: Props): Props {
  let changed: Props | undefined;
  for (const name of SHOWN) {
    const value = props[name];
    const visible = visibleValue(value);
    if (visible === value) continue;
    changed ??= { ...props };
    changed[name] = visible;
  }
  return changed ?? props;
}

function visibleValue(value: unknown): unknown {
  if (typeof value === "string") return visibleText(value);
  if (!Array.isArray(value) || !value.some((one) => typeof one === "string" && visibleText(one) !== one)) return value;
  return value.map((one: unknown) => (typeof one === "string" ? visibleText(one) : one));
}

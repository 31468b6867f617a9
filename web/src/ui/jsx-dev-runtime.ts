/** The same for development, where elements know their place in the source. */
import type { ElementType, Key, ReactElement } from "react";
import { jsx, jsxs } from "./jsx-runtime.ts";

export { Fragment, type JSX } from "./jsx-runtime.ts";

export function jsxDEV(type: ElementType, props: unknown, key: Key | undefined, isStatic: boolean): ReactElement {
  return (isStatic ? jsxs : jsx)(type, props, key);
}

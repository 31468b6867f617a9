/** Dialogs in front of the page. Their code loads when the first one opens. */
import { Suspense } from "react";
import type { ConfirmProps, DialogProps } from "./dialog-popup.tsx";
import { lazyPart } from "./lazy-part.tsx";

const DialogPopup = lazyPart(() => import("./dialog-popup.tsx"), "DialogPopup");
const ConfirmPopup = lazyPart(() => import("./dialog-popup.tsx"), "ConfirmPopup");

export function Dialog(props: DialogProps) {
  return <Suspense>{props.isOpen && <DialogPopup {...props} />}</Suspense>;
}

/** A confirmation before a step that affects others. */
export function Confirm(props: ConfirmProps) {
  return <Suspense>{props.isOpen && <ConfirmPopup {...props} />}</Suspense>;
}

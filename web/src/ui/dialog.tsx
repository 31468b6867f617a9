/** Questions in front of the page. What they are made of is loaded when the first one opens. */
import { lazy, type ReactNode, Suspense } from "react";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  width?: "small" | "medium" | "large";
  children: ReactNode;
}

export interface ConfirmProps {
  title: string;
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  /** The verb: "Cancel task". */
  action: string;
  isOpen: boolean;
  onClose: () => void;
  /** Answers whether it was done; the dialog stays when it was not. */
  onConfirm: (reason: string | undefined) => Promise<boolean>;
  /** Asks why, for the story of what is changed. */
  reason?: "optional" | "required";
  isDangerous?: boolean;
  /** Why it cannot be done yet, or at all. */
  denied?: string | undefined;
}

const DialogPopup = lazy(() => import("./dialog-popup.tsx").then(({ DialogPopup }) => ({ default: DialogPopup })));
const ConfirmPopup = lazy(() => import("./dialog-popup.tsx").then(({ ConfirmPopup }) => ({ default: ConfirmPopup })));

export function Dialog(props: DialogProps) {
  return <Suspense>{props.isOpen && <DialogPopup {...props} />}</Suspense>;
}

/** Asks before something that others will notice. */
export function Confirm(props: ConfirmProps) {
  return <Suspense>{props.isOpen && <ConfirmPopup {...props} />}</Suspense>;
}

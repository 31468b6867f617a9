/**
 * A component whose code loads when it is first rendered. When its file cannot be loaded, the page stays: a dialog
 * closes and a notice says why, any other part offers to try again and tries by itself when the server is back.
 */
import { BailiwickError } from "@bailiwick/sdk";
import { type FunctionComponent, use, useEffect, useReducer, useRef } from "react";
import { useLiveState } from "../data/live.tsx";
import { notify } from "../data/notices.ts";
import { silenceHotkeys } from "./keys.ts";
import { ErrorState } from "./states.tsx";

export type LazyPart<Props> = FunctionComponent<Props> & {
  /** Loads the code. After a failure the next call tries again. */
  preload: () => Promise<void>;
  isLoaded: () => boolean;
};

type PropsOf<Component> = Component extends FunctionComponent<infer Props> ? Props : never;

const UNREACHABLE = new BailiwickError({
  code: "unreachable",
  status: 0,
  detail: "This part of the page is not loaded yet. It loads when the server responds.",
});

export function lazyPart<File, Name extends keyof File>(
  load: () => Promise<File>,
  name: Name,
): LazyPart<PropsOf<File[Name]> & object> {
  type Props = PropsOf<File[Name]> & object;
  let loaded: FunctionComponent<Props> | undefined;
  let failure: { error: unknown } | undefined;
  let loading: Promise<void> | undefined;
  const start = () => {
    loading ??= (failure ? loadAgain(load, failure.error) : load())
      .then(
        (file) => {
          // `PropsOf` took the type of the properties from this component.
          loaded = file[name] as FunctionComponent<Props>;
          failure = undefined;
        },
        (error: unknown) => {
          failure = { error };
        },
      )
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };
  const Part = (props: Props) => {
    const [, render] = useReducer((count: number) => count + 1, 0);
    // Letters that the person types now are meant for the popup, and not for the page.
    if (!loaded && !failure) use("onClose" in props ? silenceHotkeys(start()) : start());
    const Loaded = loaded;
    if (Loaded) return <Loaded {...props} />;
    const close = "onClose" in props && typeof props.onClose === "function" ? props.onClose : undefined;
    const retry = () => void start().then(() => (loaded ? render() : reloadIfReachable()));
    return close ? <NotOpened close={() => void close()} /> : <NotLoaded retry={retry} />;
  };
  return Object.assign(Part, {
    preload: async () => (loaded ? undefined : start()),
    isLoaded: () => loaded !== undefined,
  });
}

/** Some browsers remember a module that could not be loaded, so the second address has a query. */
async function loadAgain<File>(load: () => Promise<File>, error: unknown): Promise<File> {
  try {
    return await load();
  } catch (again) {
    const [address] = /https?:\S+\.js/.exec(String(error)) ?? [];
    if (address === undefined) throw again;
    return import(/* @vite-ignore */ `${address}?again=${Date.now()}`) as Promise<File>;
  }
}

/** A file that is missing while the server responds belongs to an earlier version of the dashboard. */
async function reloadIfReachable(): Promise<void> {
  const response = await fetch("/theme.js", { cache: "no-store" }).catch(() => undefined);
  if (response?.ok) location.reload();
}

function NotLoaded({ retry }: { retry: () => void }) {
  const { state } = useLiveState();
  const before = useRef(state);
  const latest = useRef(retry);
  latest.current = retry;
  useEffect(() => {
    if (state === "live" && before.current !== "live") latest.current();
    before.current = state;
  }, [state]);
  return <ErrorState error={UNREACHABLE} retry={retry} />;
}

function NotOpened({ close }: { close: () => void }) {
  const latest = useRef(close);
  useEffect(() => {
    notifyNotLoaded();
    latest.current();
  }, []);
  return null;
}

export function notifyNotLoaded(): void {
  notify({ title: "The server cannot be reached", detail: "Try again when the server responds.", isError: true });
}

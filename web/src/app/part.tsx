import { type ComponentType, lazy, type ReactNode } from "react";

type Load = () => Promise<{ default: ComponentType }>;

export interface Part {
  /** Fetches its code before it is wanted. */
  readonly warm: () => void;
  readonly shown: () => ReactNode;
}

/** A part in a file of its own. Once its code is there it is shown at once: React holds back what it had to wait for. */
export function part(load: Load): Part {
  let Loaded: ComponentType | null = null;
  const fetch = async () => {
    const module = await load();
    Loaded = module.default;
    return module;
  };
  const Late = lazy(fetch);
  return {
    // Offline, or after an update, it is fetched when it is wanted.
    warm: () => void fetch().catch(() => undefined),
    shown: () => (Loaded ? <Loaded /> : <Late />),
  };
}

import { type ComponentType, cloneElement, lazy, type ReactElement, Suspense } from "react";

export interface LateProps {
  /** The button that opens it. */
  trigger: ReactElement<{ disabled?: boolean }>;
}

/** A menu whose code comes while the first rows are drawn. Until it is there its button is shown and waits. */
export function lateMenu<P extends LateProps>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  const Loaded = lazy(load) as unknown as ComponentType<P>;
  return (props) => (
    <Suspense fallback={cloneElement(props.trigger, { disabled: true })}>
      <Loaded {...props} />
    </Suspense>
  );
}

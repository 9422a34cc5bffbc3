import type { ReactNode } from "react";

export interface AuthFrameProps {
  title: string;
  lead?: ReactNode;
  /** Below the form, such as another way in. */
  foot?: ReactNode;
  children?: ReactNode;
}

/** A narrow column in the middle, for what happens outside of a workspace. */
export function AuthFrame({ title, lead, foot, children }: AuthFrameProps) {
  return (
    <main className="flex min-h-full justify-center overflow-y-auto bg-bg px-5 pt-[10vh] pb-12 max-sm:pt-10">
      <div className="w-full max-w-85">
        <Mark />
        <h1 className="mt-6 text-20 font-semibold">{title}</h1>
        {lead && <p className="mt-1.5 text-13 text-muted">{lead}</p>}
        {children && <div className="mt-6">{children}</div>}
        {foot && <div className="mt-6 border-t border-line pt-4 text-13 text-muted">{foot}</div>}
      </div>
    </main>
  );
}

export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path d="M7 21.5 16 7l9 14.5-6-2.4L16 24l-3-4.9z" fill="var(--on-accent)" />
    </svg>
  );
}

/** What is wrong with the whole form. */
export function FormError({ children }: { children: string | undefined }) {
  if (!children) return null;
  return (
    <p role="alert" className="rounded-control bg-danger-soft px-3 py-2 text-13 text-danger">
      {children}
    </p>
  );
}

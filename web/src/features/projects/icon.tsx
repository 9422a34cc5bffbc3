import type { Project } from "../../sync/rows.ts";
import { cx } from "../../ui/classes.ts";

export interface ProjectIconProps {
  project: Pick<Project, "id" | "identifier" | "logo_props">;
  className?: string | undefined;
}

/** The project's emoji, or its first letter on a colour of its own. */
export function ProjectIcon({ project, className }: ProjectIconProps) {
  const emoji = emojiOf(project.logo_props);
  if (emoji) {
    return (
      <span aria-hidden="true" className={cx("flex size-4.5 shrink-0 items-center justify-center text-13", className)}>
        {emoji}
      </span>
    );
  }
  const hue = hueOf(project.id);
  return (
    <span
      aria-hidden="true"
      style={{
        background: `light-dark(oklch(0.92 0.04 ${hue}), oklch(0.36 0.05 ${hue}))`,
        color: `light-dark(oklch(0.4 0.1 ${hue}), oklch(0.88 0.06 ${hue}))`,
      }}
      className={cx(
        "flex size-4.5 shrink-0 items-center justify-center rounded-[4px] text-[10px] font-semibold select-none",
        className,
      )}
    >
      {project.identifier.charAt(0)}
    </span>
  );
}

/** `logo_props` keeps an emoji as its code points in decimal, joined by hyphens; or as the character itself. */
export function emojiOf(props: unknown): string | null {
  const value = (props as { emoji?: { value?: unknown } } | null)?.emoji?.value;
  if (typeof value !== "string" || value === "") return null;
  if (!/^\d+(-\d+)*$/.test(value)) return value;
  const points = value.split("-").map(Number);
  return points.every((point) => point > 0 && point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}

function hueOf(id: string): number {
  let hash = 7;
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) % 3600;
  return Math.round(hash / 150) * 15;
}

import { Bot } from "lucide-react";
import { useState } from "react";
import type { Member } from "../sync/rows.ts";
import { cx } from "./classes.ts";
import { tip } from "./tooltip.tsx";

type Person = Pick<Member, "id" | "display_name" | "avatar_url"> & Partial<Pick<Member, "kind" | "is_active">>;

export interface AvatarProps {
  /** Nobody (somebody who left, or is not known here) is an empty ring. */
  member: Person | undefined;
  /** In px; 20 in rows. */
  size?: number | undefined;
  /** Whether the name shows on hover; off where it stands beside. */
  named?: boolean | undefined;
  className?: string | undefined;
}

export function Avatar({ member, size = 20, named = true, className }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const box = { width: size, height: size, fontSize: Math.max(9, Math.round(size * 0.42)) };
  const look = cx("inline-flex shrink-0 items-center justify-center overflow-hidden rounded-full", className);
  if (!member) {
    return <span aria-hidden="true" style={box} className={cx(look, "border border-dashed border-faint")} />;
  }
  const names = named ? { ...tip(member.display_name), role: "img", "aria-label": member.display_name } : {};
  const url = member.avatar_url;
  if (url && url !== broken) {
    return (
      <span {...names} aria-hidden={named ? undefined : true} style={box} className={look}>
        <img src={url} alt="" className="size-full object-cover" onError={() => setBroken(url)} />
      </span>
    );
  }
  return (
    <span
      {...names}
      aria-hidden={named ? undefined : true}
      style={{ ...box, ...tint(member.id) }}
      className={cx(look, "font-semibold select-none", member.is_active === false && "opacity-60")}
    >
      {member.kind === "agent" ? (
        <Bot style={{ width: size * 0.65 }} />
      ) : (
        // Drawn, not written: letters are no part of the name of what they stand in.
        <span data-initials={initials(member.display_name)} className="before:content-[attr(data-initials)]" />
      )}
    </span>
  );
}

export interface AvatarStackProps {
  members: readonly Person[];
  size?: number | undefined;
  /** How many are drawn before "+n". */
  most?: number | undefined;
}

export function AvatarStack({ members, size = 20, most = 3 }: AvatarStackProps) {
  const rest = members.slice(most);
  return (
    <span className="inline-flex items-center -space-x-1">
      {members.slice(0, most).map((member) => (
        <Avatar key={member.id} member={member} size={size} className="ring-1 ring-raised" />
      ))}
      {rest.length > 0 && (
        <span
          {...tip(rest.map((member) => member.display_name).join(", "))}
          className="tabular pl-2 text-11 text-muted"
        >
          +{rest.length}
        </span>
      )}
    </span>
  );
}

/** Up to two letters: of the first and the last word. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter(Boolean);
  const first = words[0] ?? "?";
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return [first, last]
    .map((word) => (word ? ([...word][0] ?? "") : ""))
    .join("")
    .toUpperCase();
}

/** The same calm colour for the same person everywhere. */
function tint(id: string): { background: string; color: string } {
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + letter.charCodeAt(0)) % 3600;
  const hue = Math.round(hash / 150) * 15;
  return {
    background: `light-dark(oklch(0.9 0.05 ${hue}), oklch(0.4 0.06 ${hue}))`,
    color: `light-dark(oklch(0.36 0.08 ${hue}), oklch(0.92 0.04 ${hue}))`,
  };
}

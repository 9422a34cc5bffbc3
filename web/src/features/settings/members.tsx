import { X } from "lucide-react";
import type { Schemas } from "../../api/client.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton } from "../../ui/button.tsx";
import { RoleSelect, roleName } from "./controls.tsx";

export interface MemberLineProps {
  member: Schemas["Member"];
  note?: string | undefined;
  highest: number;
  disabled: boolean;
  onRole: (role: number) => void;
  onRemove: () => void;
}

/** Somebody with a role, as it stands in lists of members. */
export function MemberLine({ member, note, highest, disabled, onRole, onRemove }: MemberLineProps) {
  const name = member.display_name;
  const person = { id: member.id, display_name: name, avatar_url: member.avatar_url ?? null };
  return (
    <li className="flex min-h-12 items-center gap-3 px-3 py-2">
      <Avatar member={person} size={28} named={false} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-13">
          {name}
          {note && <span className="pl-1.5 text-12 text-muted">{note}</span>}
        </p>
        {member.email && <p className="truncate text-12 text-muted">{member.email}</p>}
      </div>
      {disabled ? (
        <span className="px-2 text-13 text-muted">{roleName(member.role)}</span>
      ) : (
        <>
          <RoleSelect label={`Role of ${name}`} value={member.role} highest={highest} onChange={onRole} />
          <IconButton label={`Remove ${name}`} onClick={onRemove}>
            <X aria-hidden="true" />
          </IconButton>
        </>
      )}
    </li>
  );
}

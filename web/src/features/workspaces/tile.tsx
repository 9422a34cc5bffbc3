export function Tile({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="flex size-5 shrink-0 items-center justify-center rounded-[5px] bg-accent text-11 font-semibold text-on-accent"
    >
      {([...name][0] ?? "?").toUpperCase()}
    </span>
  );
}

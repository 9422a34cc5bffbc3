import { Header } from "../app/header.tsx";
import { EmptyState } from "../ui/states.tsx";

export function Missing() {
  return (
    <>
      <Header crumbs={[{ label: "Items" }]} />
      <EmptyState sentence="This screen is not there yet." />
    </>
  );
}

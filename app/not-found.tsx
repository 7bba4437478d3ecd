import { FullPage } from "@/components/shell/full-page";
import { PlainWayHome } from "@/components/shell/plain-way-home";

export default function NotFound() {
  return (
    <FullPage title="There is nothing at this address">
      <p>It may have been typed wrong. Incidents and services are never deleted.</p>
      <PlainWayHome />
    </FullPage>
  );
}

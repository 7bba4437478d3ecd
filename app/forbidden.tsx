import { FullPage } from "@/components/shell/full-page";
import { PlainWayHome } from "@/components/shell/plain-way-home";

export default function Forbidden() {
  return (
    <FullPage title="Your role can't see this">
      <p>An admin can change what your account may do.</p>
      <PlainWayHome />
    </FullPage>
  );
}

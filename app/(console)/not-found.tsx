import { Empty } from "@/components/ui/empty";
import { LinkButton } from "@/components/ui/link-button";
import { PageHead } from "@/components/ui/page-head";

export default function NotFound() {
  return (
    <>
      <PageHead title="Not found" />
      <section className="panel">
        <Empty
          title="There is nothing by that name."
          action={<LinkButton href="/">Go to Now</LinkButton>}
        >
          It may have been typed wrong. Incidents and the deploys of a service are never deleted.
        </Empty>
      </section>
    </>
  );
}

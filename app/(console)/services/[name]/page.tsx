import type { Metadata } from "next";
import { ServiceScreen } from "@/components/service/service-screen";

type Props = { params: Promise<{ name: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function ServicePage({ params }: Props) {
  return <ServiceScreen name={decodeURIComponent((await params).name)} />;
}

import type { ScreenProps } from "../frame/screens";
import { Empty } from "../parts/show";
import { useTitle } from "../parts/title";
import { common } from "../texts/common";

export default function Screen(_: ScreenProps) {
  useTitle(common().nav.inbox);
  return <Empty icon="inbox" title={common().nav.inbox} />;
}

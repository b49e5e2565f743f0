/** @jsxImportSource @kitajs/html */
import type { SellerRow } from "../../src/sellers/list-queries.ts";
import { feedback, positive } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";

/**
 * A seller in little, for lists of the newest.
 * @param id of its place in a list that is pushed anew: what moves on is the names, not the boxes
 */
export const SellerChip = ({ seller, id }: { seller: SellerRow; id: string }) => (
  <li class="chip" id={id}>
    <div class="top">
      <a href={`/sellers/${seller.id}`} title={seller.displayName} safe>
        {seller.displayName}
      </a>
      {seller.flagged ? <FlagMark /> : null}
    </div>
    <div class="sub">
      <span title="Feedback" safe>
        {feedback(seller.feedbackScore, seller.feedbackExact)}
      </span>
      <span class="end" title="Positive" safe>
        {positive(seller.feedbackPercent, seller.feedbackScore)}
      </span>
    </div>
  </li>
);

export const FlagMark = () => (
  <>
    <Icon name="flag" class="flag" />
    <span class="sr-only">flagged</span>
  </>
);

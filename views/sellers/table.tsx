/** @jsxImportSource @kitajs/html */
import type { SellerRow } from "../../src/sellers/list-queries.ts";
import { count, feedback, maybeDay, positive } from "../ui/format.ts";
import { FlagMark } from "./chip.tsx";

/** The list as a table. What is less telling gives way on narrow screens. */
export const SellerTable = ({ sellers }: { sellers: SellerRow[] }) => (
  <div class="table-container">
    <table class="table">
      <thead>
        <tr>
          <th class="text-start">Seller</th>
          <th class="r">Feedback</th>
          <th class="r">Positive</th>
          <th class="r max-sm:hidden">Matches</th>
          <th class="text-start max-lg:hidden">First found with</th>
          <th class="text-start max-sm:hidden">First seen</th>
        </tr>
      </thead>
      <tbody id="seller-rows">
        {sellers.map((seller) => (
          <Row seller={seller} />
        ))}
      </tbody>
    </table>
  </div>
);

const Row = ({ seller }: { seller: SellerRow }) => (
  <tr>
    <td class="max-w-0 w-full sm:w-auto sm:max-w-64">
      <span class="flex items-center gap-1.5">
        <a class="truncate font-medium hover:underline" href={`/sellers/${seller.id}`} title={seller.displayName} safe>
          {seller.displayName}
        </a>
        {seller.flagged ? <FlagMark /> : null}
      </span>
    </td>
    <td class="r num" safe>
      {feedback(seller.feedbackScore, seller.feedbackExact)}
    </td>
    <td class="r num" safe>
      {positive(seller.feedbackPercent, seller.feedbackScore)}
    </td>
    <td class="r num max-sm:hidden" safe>
      {count(seller.timesSeen)}
    </td>
    <td class="max-w-80 truncate text-muted-foreground max-lg:hidden" title={seller.firstProduct?.title} safe>
      {seller.firstProduct?.title ?? "–"}
    </td>
    <td class="num text-muted-foreground max-sm:hidden" safe>
      {maybeDay(seller.firstSeenAt)}
    </td>
  </tr>
);

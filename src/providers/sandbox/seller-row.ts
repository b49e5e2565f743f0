import type { ListingSeller } from "../../marketplaces/ebay/search-page.ts";
import type { Dice } from "./dice.ts";
import type { MarketListing } from "./listings.ts";
import { groupThousands, type Language, WORDING } from "./wording.ts";

/**
 * How a card shows its seller: name and feedback in two spans or in one; as "name (1,234) 99.1%", the older wording with
 * the exact score; inside a badge; below or above other lines of the same block.
 */
type RowForm = "two_spans" | "one_span" | "old_wording" | "badge" | "below_notice" | "above_notice";

export interface SellerRow {
  form: RowForm;
  name: string;
  /** "99.8% positive (12.3K)"; in the old wording the parts stand apart: "(12,345) 99.8%". */
  feedback: string;
  /** What a reader must find. */
  expected: ListingSeller;
}

export function showSeller(dice: Dice, layout: "new" | "old", language: Language, listing: MarketListing): SellerRow {
  const form = chooseForm(dice, layout);
  const { feedbackPercent, feedbackScore, username } = listing.seller;
  const { separators, positive } = WORDING[language];
  const percent = `${String(feedbackPercent).replace(".", separators[1])}%`;
  const exactText = groupThousands(String(feedbackScore), separators[0]);
  const score =
    form === "old_wording" ? { text: exactText, value: feedbackScore } : roundScore(feedbackScore, separators[1]);
  return {
    form,
    name: listing.sellerShown,
    feedback: form === "old_wording" ? `(${score.text}) ${percent}` : `${percent} ${positive} (${score.text})`,
    expected: {
      username,
      feedbackPercent,
      feedbackScore: score.value,
      feedbackExact: form === "old_wording" || feedbackScore < 1000,
    },
  };
}

function chooseForm(dice: Dice, layout: "new" | "old"): RowForm {
  if (layout === "old")
    return dice.weighted({ old_wording: 0.5, above_notice: 0.1, below_notice: 0.1, badge: 0.1 }) ?? "two_spans";
  const rare = { one_span: 0.08, old_wording: 0.07, badge: 0.06, below_notice: 0.05, above_notice: 0.06 } as const;
  return dice.weighted(rare) ?? "two_spans";
}

/** As eBay does: exact below a thousand, then "1.2K", "258K", "1.6M". */
function roundScore(score: number, decimals: string): { text: string; value: number } {
  if (score < 1000) return { text: String(score), value: score };
  const [unit, letter] = score < 999_950 ? [1000, "K"] : [1_000_000, "M"];
  const shown = score / unit < 100 ? Math.round((score / unit) * 10) / 10 : Math.round(score / unit);
  return { text: `${String(shown).replace(".", decimals)}${letter}`, value: Math.round(shown * unit) };
}

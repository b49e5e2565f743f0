import type { ListingSeller } from "./search-page.ts";

/** Which wording the seller row of a listing had. */
export type SellerRule = "percent_positive" | "score_percent" | "percent_other_word" | "percent_only";

export interface FoundSeller {
  seller: ListingSeller;
  rule: SellerRule;
}

/**
 * Finds the seller row among the lines of a listing card, one line for each piece of its text, without its title.
 * A row is `name 99.8% positive (12.3K)` or `name (132,409) 98.7%`, in one line or spread over several, in any of the
 * languages of eBay. The last one counts: what stands above it is written by the seller.
 */
export function findSeller(lines: readonly string[]): FoundSeller | null {
  const text = lines.join("\n").replace(SEPARATOR, "");
  if (!/[%％٪]/.test(text)) return null;
  const sure = [...SURE].flatMap((rule) => [...matches(text, rule)]);
  const found = sure.length > 0 ? sure : [...matches(text, "percent_other_word"), ...matches(text, "percent_only")];
  const last = found.sort((a, b) => a.index - b.index).at(-1);
  return last ? { seller: last.seller, rule: last.rule } : null;
}

type Match = FoundSeller & { index: number };

function* matches(text: string, rule: SellerRule): Generator<Match> {
  for (const { index, groups } of text.matchAll(RULES[rule])) {
    const startsLine = index === 0 || text[index - 1] === "\n";
    const seller = groups && (startsLine || SURE.has(rule)) && readSeller(groups, startsLine);
    if (seller) yield { seller, rule, index };
  }
}

function readSeller(row: Record<string, string | undefined>, startsLine: boolean): ListingSeller | null {
  const username = row.name ?? "";
  const percent = Number((row.percent ?? row.percentAfter ?? "").replace(",", "."));
  if (!isUsername(username) || !(percent <= 100)) return null;
  // "EAN (4006381333931) 100% original" is no seller: nobody has so many ratings.
  const score = readScore(row.score, row.unit ?? "");
  if ((score.feedbackScore ?? 0) > MOST_RATINGS) return null;
  // A name in a line of its own fills it: otherwise it is the last word of something else.
  if (row.break === "\n" && !startsLine) return null;
  return { username, feedbackPercent: percent, ...score };
}

const MOST_RATINGS = 1_000_000_000;

/** Old accounts have signs in their names that new ones may not have; markup and damaged letters are no part of any. */
function isUsername(name: string): boolean {
  return /[\p{L}\p{N}]/u.test(name) && !/[<>"\ufffd]|:$/.test(name);
}

function readScore(digits: string | undefined, unit: string): Pick<ListingSeller, "feedbackScore" | "feedbackExact"> {
  if (digits === undefined) return { feedbackScore: null, feedbackExact: false };
  if (unit === "") return { feedbackScore: Number(digits.replace(/\D/g, "")), feedbackExact: true };
  const factor = UNITS.find(([pattern]) => pattern.test(unit))?.[1];
  const score = Number(digits.replace(/\s/g, "").replace(",", ".")) * (factor ?? Number.NaN);
  return { feedbackScore: Number.isFinite(score) ? Math.round(score) : null, feedbackExact: false };
}

/** Wordings that nothing else on a card has; with the others the name must start its line. */
const SURE: ReadonlySet<SellerRule> = new Set(["percent_positive", "score_percent"]);

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:m|mi|mio|mln|mill|млн|百万)\.?\+?$/iu, 1_000_000],
  [/^(?:k|b|tsd|tys|tis|тыс|mil|mila|mille|bin|千)\.?\+?$/iu, 1_000],
  [/^[万萬]\+?$/u, 10_000],
  [/^\+$/, 1],
];

/** Dots and strokes between the parts of a row, with the blank or line break that belongs to them. */
const SEPARATOR = /(?<=^|\s)[·•|]\s/g;

const NAME = "(?<![^\\s]|[%％٪]\\s)(?<name>[^\\s()%％٪]{1,64})";
const PERCENT = "(?<percent>\\d{1,3}(?:[.,]\\d{1,2})?)\\s?[%％٪]";
const TURKISH_PERCENT = "%(?<percentAfter>\\d{1,3}(?:[.,]\\d{1,2})?)";
const SCORE = "[(（]\\s?(?<score>\\d[\\d.,'’ ]{0,14}?)\\s?(?<unit>(?:\\p{L}{1,5}\\.?)?\\+?)\\s?[)）]";
const WORDS = "(?:[\\p{L}'’-]{1,15}\\s){0,2}";
const POSITIVE = "(?:\\p{L}{0,3}['’])?(?:[Pp]osi[tc]|[Pp]ozy|ポジティブ|好評|好评|긍정|[Пп]олож|[Oo]lumlu)\\p{L}{0,9}";
const DISCOUNT = "(?:off|rabatt|reduziert|günstiger|d[ei] |dto|オフ|引|割)";
const MORE_WORDS = "(?:\\s[\\p{L}'’-]{1,15}){0,2}";

const RULES: Record<SellerRule, RegExp> = {
  percent_positive: row(`(?:${PERCENT}|${TURKISH_PERCENT})\\s?${WORDS}${POSITIVE}${MORE_WORDS}\\s?${SCORE}`),
  score_percent: row(`${SCORE}\\s?${PERCENT}(?! ?${DISCOUNT})`),
  // An unknown language: then the percentage, its word and the score must fill one line.
  percent_other_word: row(`(?:${PERCENT}|${TURKISH_PERCENT}) ?\\p{L}[\\p{L}\\p{M}'’. -]{0,39}${SCORE}(?!.)`),
  percent_only: row(`${PERCENT}\\s?${POSITIVE}(?![^\\n])`),
};

function row(feedback: string): RegExp {
  return new RegExp(`${NAME}(?<break>\\s)${feedback}`, "gu");
}

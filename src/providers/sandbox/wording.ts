/** The interface languages in which eBay answers, whatever the site: it follows the visitor's region. */
export const LANGUAGES = ["en", "de", "es", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Wording {
  /** Between the parts of a number: thousands, decimals. */
  separators: [thousands: string, decimals: string];
  /** Before an amount. */
  dollar: string;
  /** Between the ends of a price range; null where ranges are not shown. */
  to: string | null;
  positive: string;
  count: (total: string, keywords: string) => string;
  brandNew: string;
  buyItNow: string;
  freeShipping: string;
  location: string;
  opensNewWindow: string;
  sponsored: string;
  nextPage: string;
}

const bold = (text: string) => `<span class="BOLD">${text}</span>`;

export const WORDING: Record<Language, Wording> = {
  en: {
    separators: [",", "."],
    dollar: "$",
    to: " to ",
    positive: "positive",
    count: (total, keywords) => `${bold(total)} results for ${bold(keywords)}`,
    brandNew: "Brand New",
    buyItNow: "Buy It Now",
    freeShipping: "Free delivery",
    location: "Located in United States",
    opensNewWindow: "Opens in a new window or tab",
    sponsored: "Sponsored",
    nextPage: "Go to next search page",
  },
  de: {
    separators: [".", ","],
    dollar: "USD ",
    to: " bis ",
    positive: "positiv",
    count: (total, keywords) => `${bold(total)} Ergebnisse für ${bold(keywords)}`,
    brandNew: "Brandneu",
    buyItNow: "Sofort-Kaufen",
    freeShipping: "Kostenloser Versand",
    location: "Standort: USA",
    opensNewWindow: "Wird in neuem Fenster oder Tab geöffnet",
    sponsored: "Anzeige",
    nextPage: "Zur nächsten Seite",
  },
  es: {
    separators: [".", ","],
    dollar: "USD",
    to: " a ",
    positive: "positivo",
    count: (total, keywords) => `${bold(total)} resultados para ${bold(keywords)}`,
    brandNew: "Totalmente nuevo",
    buyItNow: "¡Cómpralo ahora!",
    freeShipping: "Envío gratis",
    location: "Ubicado en Estados Unidos",
    opensNewWindow: "Se abre en una nueva ventana o pestaña",
    sponsored: "Patrocinado",
    nextPage: "Ir a la página de búsqueda siguiente",
  },
  ja: {
    separators: [",", "."],
    dollar: "$",
    to: null,
    positive: "ポジティブ",
    count: (total, keywords) => ` ${bold(keywords)}の結果${bold(total)}件`,
    brandNew: "新品",
    buyItNow: "即決",
    freeShipping: "送料無料",
    location: "アメリカ合衆国から",
    opensNewWindow: "新しいウィンドウまたはタブに表示されます",
    sponsored: "広告",
    nextPage: "次の検索ページへ",
  },
};

/** "1,234.50", "1.234,50" */
export function formatAmount(cents: number, [thousands, decimals]: Wording["separators"]): string {
  const digits = String(cents).padStart(3, "0");
  return groupThousands(digits.slice(0, -2), thousands) + decimals + digits.slice(-2);
}

export function groupThousands(digits: string, separator: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, separator);
}

import type { Section } from "./search-page.ts";

/** The section that begins below a notice; null when the text is no such notice. */
export function sectionBelow(notice: string): Section | null {
  if (!STEMS.test(notice)) return null; // Nearly every text of a page ends here, at little cost.
  if (FEWER_WORDS.test(notice)) return "fewer_words";
  return INTERNATIONAL.test(notice) ? "international" : null;
}

/** The heading above the results counts none: "0 results for x", "0 Ergebnisse für x", "xの結果0件". */
export function countsZero(heading: string): boolean {
  return (
    /^0\s?(?![\d.,])\p{L}/u.test(heading) || /(?:^|\D)0\s?件/.test(heading) || /\s0 个?個?(?:结果|結果)/.test(heading)
  );
}

export function saysNothingFound(text: string): boolean {
  return NOTHING_FOUND.test(text);
}

/** Words of a page that asks the visitor to prove something before eBay is shown. */
export function asksForProof(text: string): boolean {
  return PROOF.test(text);
}

export function meansNext(label: string): boolean {
  return NEXT.test(label);
}

const STEMS = /fewer|weniger|menos|moins|meno|mniej|minder|interna|少|減|海外|国际|國際/i;

const FEWER_WORDS = new RegExp(
  [
    "(?:results|items) (?:matching|for|with) fewer (?:search )?(?:words|terms|keywords)",
    "Ergebnisse (?:für|mit) weniger Suchbegriffe",
    "weniger (?:Suchbegriffe|Suchwörter|Wörter)n? (?:enthalten|entsprechen|übereinstimmen)",
    "(?:resultados|artículos) (?:\\p{L}+ ){0,4}(?:con|a|de) menos palabras",
    "(?:résultats|objets) (?:\\p{L}+ ){0,4}moins de mots",
    "(?:risultati|oggetti) (?:\\p{L}+ ){0,4}(?:con |a |per )?meno parole",
    "resultaten (?:\\p{L}+ ){0,4}minder (?:woorden|zoekwoorden)",
    "wynik\\p{L}* (?:\\p{L}+ ){0,6}mniej\\p{L}* (?:liczb\\p{L}* )?słów",
    "(?:少ない|より少ない|一部の)(?:キーワード|検索語|単語|語句|言葉)",
    "(?:キーワード|検索語|単語)(?:を減らし|の数を減らし|が少な)",
    "(?:较少|較少|更少)的?(?:关键词|關鍵字|字词|字詞)",
  ].join("|"),
  "iu",
);

const INTERNATIONAL = new RegExp(
  [
    "(?:items?|results?) (?:found )?from (?:eBay )?international (?:eBay )?sellers",
    "(?:Artikel|Ergebniss?e?|Treffer|Angebote?) (?:\\p{L}+ ){0,3}internationalen (?:eBay[- ])?Verkäufern?",
    "(?:artículos?|resultados?|anuncios?) (?:\\p{L}+ ){0,4}vendedores (?:de eBay )?internacionales",
    "(?:objets?|résultats?) (?:\\p{L}+ ){0,4}vendeurs (?:eBay )?internationaux",
    "(?:oggett[oi]|risultat[oi]|inserzion[ei]) (?:\\p{L}+ ){0,4}venditori (?:eBay )?internazionali",
    "(?:objecten|resultaten) (?:\\p{L}+ ){0,4}internationale (?:eBay-)?verkopers",
    "海外の?(?:eBay)?の?(?:セラー|出品者|販売者)",
    "(?:国际|國際)(?:eBay ?)?(?:卖家|賣家)",
  ].join("|"),
  "iu",
);

const NOTHING_FOUND =
  /^(?:No exact matches found|Keine (?:exakten|genauen|passenden)? ?(?:Treffer|Übereinstimmungen|Ergebnisse)|Es wurden keine|No se (?:han encontrado|encontraron)|No hay (?:resultados|coincidencias)|Aucun (?:résultat|objet)|Nessun (?:risultato|oggetto)|Non (?:abbiamo|è stat[oa]) trovat|(?:完全に)?一致する(?:結果|商品|検索結果)(?:は|が)(?:見つかりません|ありません))/i;

const PROOF =
  /pardon our interruption|checking your browser before you|please verify (?:you are|you're|yourself)|verify (?:that )?you(?:'re| are) (?:a )?human|(?:you are|you're|i'm|i am) not a robot|are you (?:a )?(?:human|robot)|unusual (?:traffic|activity) from|complete the (?:captcha|security check)|enable javascript and cookies to continue|^(?:security measure|access denied|robot check|just a moment|attention required|sicherheitsma(?:ß|ss)nahme|medida de seguridad|mesure de sécurité|misura di sicurezza|セキュリティ対策)|don't have permission to access|Ihr(?:en)? Browser (?:wird )?(?:überprüf|geprüf)|(?:comprobando|verificando) (?:su|tu) navegador|vérifi\p{L}+ (?:de )?votre navigateur|(?:controll|verific)\p{L}+ (?:del |il )?(?:tuo )?browser|ブラウザを?(?:確認|チェック)/imu;

const NEXT = /\b(?:next|nächste|siguiente|suivante|successiva|volgende|następn)|次の?ページ|下一页|下一頁/i;

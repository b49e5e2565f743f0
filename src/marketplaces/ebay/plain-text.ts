/** The text that a raw one stands for: entities decoded, blanks collapsed, other control characters marked. */
export function plainText(raw: string): string {
  const text = raw.includes("&") ? decodeEntities(raw) : raw;
  if (!UNTIDY.test(text)) return text;
  return text.replace(CONTROLS, REPLACEMENT).replace(/\s+/g, " ").trim();
}

/**
 * The text without soft hyphens, zero-width characters and direction marks: eBay scatters them over its words to make
 * them hard to find.
 */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, "");
}

/** Decodes numeric entities and the named ones of Latin-1 and common typography; others stay as written. */
export function decodeEntities(raw: string): string {
  return raw.replace(
    /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z\d]{1,30}));?/g,
    (entity, decimal, hex, name) => {
      if (name !== undefined) return NAMED.get(name) ?? entity;
      return character(decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}

function character(code: number): string {
  const refused = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return refused ? REPLACEMENT : String.fromCodePoint(code);
}

/** Stands for what was lost or is no text, so that a damaged word is never taken for a whole one. */
export const REPLACEMENT = "\ufffd";

const UNTIDY = /[^\S ]| {2}|^ | $|\p{Cc}/u;
/** Control characters other than blanks. */
const CONTROLS = /(?!\s)\p{Cc}/gu;
const INVISIBLE = /[\p{Cf}\u2065]/gu;

// The 96 entities of Latin-1 in the order of their code points, from U+00A0 on.
const LATIN_1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro " +
  "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil " +
  "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave " +
  "Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
  "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute " +
  "thorn yuml";

const NAMED = new Map<string, string>([
  ["amp", "&"],
  ["AMP", "&"],
  ["lt", "<"],
  ["LT", "<"],
  ["gt", ">"],
  ["GT", ">"],
  ["quot", '"'],
  ["QUOT", '"'],
  ["apos", "'"],
  ["lpar", "("],
  ["rpar", ")"],
  ["percnt", "%"],
  ["ndash", "–"],
  ["mdash", "—"],
  ["lsquo", "‘"],
  ["rsquo", "’"],
  ["ldquo", "“"],
  ["rdquo", "”"],
  ["bdquo", "„"],
  ["bull", "•"],
  ["hellip", "…"],
  ["euro", "€"],
  ["trade", "™"],
  ["ensp", "\u2002"],
  ["emsp", "\u2003"],
  ["thinsp", "\u2009"],
  ["zwnj", "\u200c"],
  ["zwj", "\u200d"],
  ...LATIN_1.split(" ").map((name, index): [string, string] => [name, String.fromCodePoint(0xa0 + index)]),
]);

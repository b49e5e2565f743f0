import { expect, test } from "bun:test";
import fc from "fast-check";
import { scanMarkup } from "./markup.ts";

function scan(html: string): string[] {
  const events: string[] = [];
  scanMarkup(html, {
    open: (tag) => events.push(`<${tag.name} ${tag.attribute("class") ?? "-"}>`),
    close: (name) => events.push(`</${name}>`),
    text: (raw) => events.push(raw),
  });
  return events;
}

const EXAMPLES: [what: string, html: string, events: string[]][] = [
  ["quoted, bare and empty attributes", `<a x class="a b"><b class=c><i class>`, ["<a a b>", "<b c>", "<i >"]],
  ["names in capitals", `<LI CLASS='Card'>x</LI>`, ["<li Card>", "x", "</li>"]],
  ["a bracket inside a quoted value", `<a title="a > b" class=c>x`, ["<a c>", "x"]],
  ["blanks around the equals sign", `<a class = "c"/>x`, ["<a c>", "x"]],
  ["the first of two attributes of one name", `<a class=x class=y>`, ["<a x>"]],
  ["text around comments as one piece", `<b>99.8% pos<!-- <b> -->itive</b>`, ["<b ->", "99.8% positive", "</b>"]],
  ["comments that end early", `a<!-->b<!--->c<!-- x --!>d`, ["abcd"]],
  ["doctypes and instructions as comments", `<!doctype html><?xml?></ x>a`, ["a"]],
  ["a stray bracket as text", `1 < 2 <`, ["1 < 2 <"]],
  [
    "no tags inside scripts and styles",
    `<script>"<b>"</script><style><b></style>`,
    ["<script ->", "</script>", "<style ->", "</style>"],
  ],
  ["the text of a title", `<title>a <b></title>`, ["<title ->", "a <b>", "</title>"]],
  ["no tag that the page's end cut off", `a<b class="x`, ["a"]],
];

for (const [what, html, events] of EXAMPLES) test(`sees ${what}`, () => expect(scan(html)).toEqual(events));

test("sees the same tags, attributes and text as the tokenizer of the runtime", () => {
  const pieces = [
    "<a",
    "<B c",
    "=",
    '"',
    "'",
    ">",
    "/",
    "</a",
    "<!--",
    "-->",
    "--!>",
    "<!",
    "<?",
    " x=1",
    "y",
    " ",
    "<",
    "&",
  ];
  const html = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => `${parts.join("")}"'>-->"'>`);
  fc.assert(
    fc.property(html, (page) => expect(ours(page)).toEqual(theirs(page))),
    { numRuns: 2_000 },
  );
});

interface Seen {
  tags: string[];
  text: string;
}

function ours(html: string): Seen {
  const seen: Seen = { tags: [], text: "" };
  scanMarkup(html, {
    open: (tag) => seen.tags.push(`${tag.name} ${tag.attribute("c")} ${tag.attribute("x")}`),
    close: () => {},
    text: (raw) => {
      seen.text += raw;
    },
  });
  return seen;
}

function theirs(html: string): Seen {
  const seen: Seen = { tags: [], text: "" };
  new HTMLRewriter()
    .on("*", {
      element: (tag) => void seen.tags.push(`${tag.tagName} ${tag.getAttribute("c")} ${tag.getAttribute("x")}`),
    })
    .onDocument({
      text: (chunk) => {
        seen.text += chunk.text;
      },
    })
    .transform(html);
  return seen;
}

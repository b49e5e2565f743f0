import { hash } from "./dice.ts";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** The link of a listing as result pages write it: the item id among much that only eBay reads. */
export function itemLink(itemId: string, keywords: string): string {
  const token = itemToken(itemId);
  return `https://www.ebay.com/itm/${itemId}?_skw=${encodeURIComponent(keywords.slice(0, 40).toWellFormed())}&amp;itmmeta=01K${token}&amp;hash=item${token}%3Ag%3A${token}&amp;itmprp=enc%3AAQALAAAA${PADDING}${token}%7Ctkp%3A${token}`;
}

/** Ten hexadecimal digits that stand for an item. */
export const itemToken = (itemId: string) => `${hash(itemId).toString(16).padStart(8, "0")}5c`;

/** The measuring attributes that make up most of a real card. */
export function trackingData(itemId: string): string {
  const token = itemToken(itemId);
  return `data-viewport="{&quot;trackableId&quot;:&quot;01K${token}&quot;}" data-view="mi:1686|iid:1" data-interactions="[{&quot;actionKind&quot;:&quot;NAVSRC&quot;,&quot;interaction&quot;:&quot;${PADDING}${token}&quot;}]" data-track="{&quot;eventFamily&quot;:&quot;LST&quot;,&quot;eventAction&quot;:&quot;ACTN&quot;,&quot;operationId&quot;:&quot;2351460&quot;,&quot;eventProperty&quot;:{&quot;$l&quot;:&quot;${token}&quot;}}"`;
}

const PADDING =
  "wwFVrK2vRE0lhQQ0MDFLTUJIRFpHSDdaQU4xVEc1RUU5VlBENkI0MDFLTUJIRFo5OFE1N1g2N1NTQjRLRjQzUkgAAAg3NDAwDE5BVlNSQwA";

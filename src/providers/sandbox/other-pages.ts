import type { PageParts } from "./render-ebay.ts";

/** What eBay shows to a visitor whom it takes for a program. Short: about 13 KB with what belongs around it. */
export const CHALLENGE_PAGE: PageParts = {
  head: '<!DOCTYPE html><html><head><title>Pardon Our Interruption...</title><meta http-equiv="cache-control" content="no-cache">',
  body: '</head><body><div class="ghw"><header id="gh" class="gh-header"></header></div><div class="pgHeading"><h1><div>Checking your browser before you access eBay.</div></h1><div>You will be taken to the page in a moment.</div><div><b>Reference ID: </b>00000000-0000-4000-8000-000000000000</div></div><form id="destForm" method="GET" action="https://www.ebay.com/sch/i.html"></form>',
  end: "</body></html>",
};

/** Delivered and billed, but no result page. */
export const ERROR_PAGE: PageParts = {
  head: '<!DOCTYPE html><html lang="en"><head><title>Error Page | eBay</title>',
  body: '</head><body class="seo-default-layout"><div class="global-header"><header id="gh" class="gh-header"></header></div><div class="error-content"><h1>We looked everywhere.</h1><p>This page seems to be missing.</p></div>',
  end: "</body></html>",
};

/** Amazon's way of asking whether one is a program. */
export const AMAZON_CHALLENGE =
  '<!DOCTYPE html><html><head><title>Amazon.com</title></head><body><form method="get" action="/errors/validateCaptcha"><h4>Enter the characters you see below</h4><input id="captchacharacters" name="field-keywords"></form></body></html>';

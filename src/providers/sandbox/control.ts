import { z } from "zod";
import type { CallStats } from "./call-stats.ts";
import type { Conditions } from "./conditions.ts";
import type { Marketplace } from "./marketplace.ts";
import { composeResultPage, type ExpectedPage, expectedPage } from "./result-page.ts";
import { readSearchUrl } from "./search-request.ts";
import type { Weather } from "./weather.ts";

export interface ControlParts {
  marketplace: Marketplace;
  weather: Weather;
  stats: CallStats;
  setFaults: (change: unknown) => Conditions;
}

/**
 * What the provider does not have: `GET /stats`, `GET /stats/keys`, `POST /stats/reset`, `GET /faults`, `POST /faults`
 * (what is given changes, the rest stays), `GET /truth?url=<eBay search>` (what the page at that address holds).
 */
export function controlRoutes({ marketplace, weather, stats, setFaults }: ControlParts) {
  return {
    "/stats": { GET: () => Response.json(stats.snapshot()) },
    "/stats/keys": { GET: () => Response.json({ keys: stats.keys() }) },
    "/stats/reset": {
      POST: () => {
        stats.reset();
        return Response.json(stats.snapshot());
      },
    },
    "/faults": {
      GET: () => Response.json(weather.conditions),
      POST: (request: Request) => change(request, setFaults),
    },
    "/truth": { GET: (request: Request) => truth(request, marketplace, weather.conditions) },
  };
}

async function change(request: Request, setFaults: (change: unknown) => Conditions): Promise<Response> {
  try {
    return Response.json(setFaults(await request.json()));
  } catch (error) {
    if (error instanceof z.ZodError) return Response.json({ message: z.prettifyError(error) }, { status: 400 });
    if (error instanceof SyntaxError) return Response.json({ message: "The body is no JSON." }, { status: 400 });
    throw error;
  }
}

function truth(request: Request, marketplace: Marketplace, conditions: Conditions): Response {
  const search = readSearchUrl(new URL(request.url).searchParams.get("url") ?? "");
  if (!search) return Response.json({ message: "Parameter `url` is no eBay search address." }, { status: 400 });
  return Response.json(toJson(expectedPage(composeResultPage(marketplace, search, conditions))));
}

function toJson({ outcome, hasNext, listings }: ExpectedPage) {
  return {
    outcome,
    has_next: hasNext,
    listings: listings.map(({ itemId, seller, ...listing }) => ({
      ...listing,
      item_id: itemId,
      seller: seller && {
        username: seller.username,
        feedback_percent: seller.feedbackPercent,
        feedback_score: seller.feedbackScore,
        feedback_exact: seller.feedbackExact,
      },
    })),
  };
}

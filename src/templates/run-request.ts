import type { Tx } from "../db/client.ts";
import { centsToMicros } from "../money.ts";
import type { RunRequest } from "../runs/create-run.ts";
import { categoriesOf } from "./selection.ts";
import { getTemplate, type Template } from "./templates.ts";

/**
 * What a run of the template is asked to do; what the template selects is looked up now.
 * @throws NotFoundError; InvalidError when the selection is not in the catalogue (any more)
 */
export async function runRequestOf(tx: Tx, templateId: string): Promise<RunRequest> {
  const template = await getTemplate(tx, templateId);
  const categories = await categoriesOf(tx, template);
  return {
    source: { categories },
    ...planOf(template),
    templateId: template.id,
    ...(template.presetId !== null && { presetId: template.presetId }),
  };
}

/** Only what the template decides: the rest comes from the settings. */
function planOf(template: Template): Omit<RunRequest, "source"> {
  const { concurrency, bestSellerPages, pagesPerProduct, markupPercentMin, markupPercentMax } = template;
  const { includeLooseMatches, stopAtCap, budgetCapCents } = template;
  return {
    ...(concurrency !== null && { workers: concurrency }),
    ...(bestSellerPages !== null && { bestSellerPages }),
    ...(pagesPerProduct !== null && { pagesPerProduct }),
    ...(markupPercentMin !== null && { markupPercentMin }),
    ...(markupPercentMax !== null && { markupPercentMax }),
    ...(includeLooseMatches !== null && { includeLooseMatches }),
    ...(stopAtCap !== null && { stopAtCap }),
    ...(budgetCapCents !== null && { budgetCapMicros: centsToMicros(budgetCapCents) }),
  };
}

import type { Template } from "./templates.ts";

export function toTemplateJson(template: Template) {
  return {
    id: template.id,
    name: template.name,
    description: template.description,
    department_ids: template.departmentIds,
    category_ids: template.categoryIds,
    preset_id: template.presetId,
    concurrency: template.concurrency,
    best_seller_pages: template.bestSellerPages,
    pages_per_product: template.pagesPerProduct,
    markup_percent_min: template.markupPercentMin,
    markup_percent_max: template.markupPercentMax,
    budget_cap_cents: template.budgetCapCents,
    include_loose_matches: template.includeLooseMatches,
    stop_at_cap: template.stopAtCap,
    is_default: template.isDefault,
    created_by: template.createdBy,
    created_at: template.createdAt.toISOString(),
    updated_at: template.updatedAt.toISOString(),
  };
}

CREATE TABLE "organisations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "category_verifications" (
	"org_id" uuid NOT NULL,
	"category_id" text NOT NULL,
	"node_id" text NOT NULL,
	"verdict" text NOT NULL,
	"title" text,
	"detail" text,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "category_verifications_org_id_category_id_pk" PRIMARY KEY("org_id","category_id")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"action" text NOT NULL,
	"source" text NOT NULL,
	"source_run_id" uuid,
	"source_criteria" jsonb,
	"seller_name" text,
	"user_name" text,
	"affected_count" integer NOT NULL,
	"added_count" integer DEFAULT 0 NOT NULL,
	"removed_count" integer DEFAULT 0 NOT NULL,
	"renamed_count" integer DEFAULT 0 NOT NULL,
	"last_change" bigint NOT NULL,
	"seller_count_snapshot" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "list_states" (
	"org_id" uuid PRIMARY KEY NOT NULL,
	"last_change" bigint DEFAULT 0 NOT NULL,
	"seller_count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "seller_changes" (
	"org_id" uuid NOT NULL,
	"number" bigint NOT NULL,
	"entry_id" uuid NOT NULL,
	"seller_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"old_value" jsonb,
	"new_value" jsonb,
	CONSTRAINT "seller_changes_org_id_number_pk" PRIMARY KEY("org_id","number")
);
--> statement-breakpoint
CREATE TABLE "seller_versions" (
	"org_id" uuid NOT NULL,
	"seller_id" uuid NOT NULL,
	"normalized_name" text NOT NULL,
	"display_name" text NOT NULL,
	"valid_from" bigint NOT NULL,
	"valid_to" bigint,
	CONSTRAINT "seller_versions_org_id_seller_id_valid_from_pk" PRIMARY KEY("org_id","seller_id","valid_from")
);
--> statement-breakpoint
CREATE TABLE "budget_months" (
	"org_id" uuid NOT NULL,
	"month" date NOT NULL,
	"reserved_micros" bigint DEFAULT 0 NOT NULL,
	"spent_micros" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "budget_months_org_id_month_pk" PRIMARY KEY("org_id","month"),
	CONSTRAINT "budget_months_money" CHECK ("budget_months"."reserved_micros" >= 0 and "budget_months"."spent_micros" >= 0)
);
--> statement-breakpoint
CREATE TABLE "collection_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"external_id" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"position" integer NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"next_page" smallint DEFAULT 1 NOT NULL,
	"not_before" timestamp with time zone,
	"category_id" text,
	"error_code" text,
	"error_message" text,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"data" jsonb NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "collection_items_once" UNIQUE("run_id","kind","external_id"),
	CONSTRAINT "collection_items_status" CHECK ("collection_items"."status" in ('pending', 'processing', 'completed', 'failed', 'skipped'))
);
--> statement-breakpoint
CREATE TABLE "provider_calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"run_id" uuid,
	"item_id" uuid,
	"kind" text NOT NULL,
	"request_key" text NOT NULL,
	"page" smallint NOT NULL,
	"attempt" smallint NOT NULL,
	"state" text DEFAULT 'reserved' NOT NULL,
	"outcome" text,
	"billing" text,
	"price_micros" bigint NOT NULL,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"month" date NOT NULL,
	"epoch" integer NOT NULL,
	"http_status" smallint,
	"error_message" text,
	"duration_ms" integer,
	"bytes" integer,
	"raw_sha256" text,
	"reserved_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "provider_calls_state" CHECK ("provider_calls"."state" in ('reserved', 'settled', 'released')),
	CONSTRAINT "provider_calls_settled" CHECK (("provider_calls"."settled_at" is null) = ("provider_calls"."state" = 'reserved')),
	CONSTRAINT "provider_calls_billing" CHECK (("provider_calls"."billing" is null) = ("provider_calls"."state" = 'reserved')),
	CONSTRAINT "provider_calls_cost" CHECK ("provider_calls"."cost_micros" between 0 and "provider_calls"."price_micros"),
	CONSTRAINT "provider_calls_released" CHECK ("provider_calls"."state" <> 'released' or "provider_calls"."cost_micros" = 0)
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"pause_reason" text,
	"budget_scope" text,
	"status_message" text,
	"workers" integer NOT NULL,
	"best_seller_pages" integer NOT NULL,
	"pages_per_product" integer NOT NULL,
	"markup_percent_min" integer NOT NULL,
	"markup_percent_max" integer NOT NULL,
	"include_loose_matches" boolean DEFAULT false NOT NULL,
	"stop_at_cap" boolean DEFAULT false NOT NULL,
	"category_ids" text[] DEFAULT '{}' NOT NULL,
	"products_source" text,
	"best_sellers_price_micros" bigint NOT NULL,
	"seller_search_price_micros" bigint NOT NULL,
	"soft_warning_percent" integer NOT NULL,
	"template_id" uuid,
	"created_by" text,
	"estimated_cost_micros" bigint DEFAULT 0 NOT NULL,
	"budget_cap_micros" bigint NOT NULL,
	"reserved_micros" bigint DEFAULT 0 NOT NULL,
	"spent_micros" bigint DEFAULT 0 NOT NULL,
	"sure_micros" bigint DEFAULT 0 NOT NULL,
	"total_items" integer DEFAULT 0 NOT NULL,
	"completed_items" integer DEFAULT 0 NOT NULL,
	"failed_items" integer DEFAULT 0 NOT NULL,
	"skipped_items" integer DEFAULT 0 NOT NULL,
	"departments_total" integer DEFAULT 0 NOT NULL,
	"categories_total" integer DEFAULT 0 NOT NULL,
	"categories_completed" integer DEFAULT 0 NOT NULL,
	"products_total" integer DEFAULT 0 NOT NULL,
	"products_searched" integer DEFAULT 0 NOT NULL,
	"listings_seen" integer DEFAULT 0 NOT NULL,
	"sellers_found" integer DEFAULT 0 NOT NULL,
	"sellers_new" integer DEFAULT 0 NOT NULL,
	"calls" integer DEFAULT 0 NOT NULL,
	"billed_calls" integer DEFAULT 0 NOT NULL,
	"seller_count_snapshot" integer,
	"epoch" integer DEFAULT 0 NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL,
	"entry_id" uuid,
	"active_ms" bigint DEFAULT 0 NOT NULL,
	"segment_started_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"paused_at" timestamp with time zone,
	"retry_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	CONSTRAINT "runs_status" CHECK ("runs"."status" in ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')),
	CONSTRAINT "runs_finish_time" CHECK (("runs"."completed_at" is not null) = ("runs"."status" in ('completed', 'failed', 'cancelled'))),
	CONSTRAINT "runs_pause_reason" CHECK (("runs"."pause_reason" is not null) = ("runs"."status" = 'paused')),
	CONSTRAINT "runs_budget" CHECK ("runs"."spent_micros" + "runs"."reserved_micros" <= "runs"."budget_cap_micros"),
	CONSTRAINT "runs_money" CHECK ("runs"."reserved_micros" >= 0 and "runs"."sure_micros" >= 0 and "runs"."sure_micros" <= "runs"."spent_micros")
);
--> statement-breakpoint
CREATE TABLE "run_sellers" (
	"run_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"normalized_name" text NOT NULL,
	"seller_id" uuid,
	"is_new" boolean NOT NULL,
	"category_id" text,
	"page" smallint NOT NULL,
	"found_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_sellers_run_id_normalized_name_pk" PRIMARY KEY("run_id","normalized_name")
);
--> statement-breakpoint
CREATE TABLE "sellers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"platform" text DEFAULT 'ebay' NOT NULL,
	"normalized_name" text NOT NULL,
	"display_name" text NOT NULL,
	"listed" boolean DEFAULT true NOT NULL,
	"flagged" boolean DEFAULT false NOT NULL,
	"times_seen" integer DEFAULT 0 NOT NULL,
	"feedback_score" integer,
	"feedback_percent" real,
	"feedback_exact" boolean,
	"first_product" jsonb,
	"first_seen_run_id" uuid,
	"last_seen_run_id" uuid,
	"first_seen_at" timestamp with time zone,
	"last_seen_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sightings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sightings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"org_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"item_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"seller_id" uuid,
	"normalized_name" text NOT NULL,
	"seller_name" text NOT NULL,
	"feedback_score" integer,
	"feedback_percent" real,
	"feedback_exact" boolean NOT NULL,
	"listing_id" text NOT NULL,
	"listing_title" text NOT NULL,
	"price_micros" bigint,
	"currency" text,
	"markup_percent" real,
	"page" smallint NOT NULL,
	"position" smallint NOT NULL,
	"section" text NOT NULL,
	"counted" boolean NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"org_id" uuid PRIMARY KEY NOT NULL,
	"budget_cap_cents" integer DEFAULT 2500 NOT NULL,
	"monthly_cap_cents" integer,
	"soft_warning_percent" integer DEFAULT 80 NOT NULL,
	"max_concurrent_runs" integer DEFAULT 3 NOT NULL,
	"default_workers" integer DEFAULT 5 NOT NULL,
	"pages_per_product" integer DEFAULT 3 NOT NULL,
	"markup_percent_min" integer DEFAULT 80 NOT NULL,
	"markup_percent_max" integer DEFAULT 120 NOT NULL,
	"raw_retention_days" integer DEFAULT 7 NOT NULL,
	"raw_retention_mb" integer DEFAULT 2048 NOT NULL,
	"query_cache_hours" integer DEFAULT 20 NOT NULL,
	"best_seller_pages" integer DEFAULT 1 NOT NULL,
	"provider" text DEFAULT 'oxylabs' NOT NULL,
	"best_sellers_price_micros" bigint,
	"seller_search_price_micros" bigint,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "settings_caps" CHECK ("settings"."budget_cap_cents" >= 0 and "settings"."monthly_cap_cents" >= 0),
	CONSTRAINT "settings_markup" CHECK ("settings"."markup_percent_min" <= "settings"."markup_percent_max")
);
--> statement-breakpoint
ALTER TABLE "category_verifications" ADD CONSTRAINT "category_verifications_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "list_states" ADD CONSTRAINT "list_states_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seller_changes" ADD CONSTRAINT "seller_changes_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seller_changes" ADD CONSTRAINT "seller_changes_seller_id_sellers_id_fk" FOREIGN KEY ("seller_id") REFERENCES "public"."sellers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seller_versions" ADD CONSTRAINT "seller_versions_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seller_versions" ADD CONSTRAINT "seller_versions_seller_id_sellers_id_fk" FOREIGN KEY ("seller_id") REFERENCES "public"."sellers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budget_months" ADD CONSTRAINT "budget_months_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection_items" ADD CONSTRAINT "collection_items_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "collection_items" ADD CONSTRAINT "collection_items_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_calls" ADD CONSTRAINT "provider_calls_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_calls" ADD CONSTRAINT "provider_calls_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_calls" ADD CONSTRAINT "provider_calls_item_id_collection_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."collection_items"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sellers" ADD CONSTRAINT "sellers_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "settings" ADD CONSTRAINT "settings_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entries_newest" ON "audit_entries" USING btree ("org_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "seller_changes_entry" ON "seller_changes" USING btree ("entry_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "seller_versions_current" ON "seller_versions" USING btree ("org_id","seller_id") WHERE "seller_versions"."valid_to" is null;--> statement-breakpoint
CREATE INDEX "seller_versions_by_name" ON "seller_versions" USING btree ("org_id","normalized_name","seller_id","valid_from","valid_to");--> statement-breakpoint
CREATE INDEX "collection_items_pending" ON "collection_items" USING btree ("run_id","kind","position") WHERE "collection_items"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "collection_items_processing" ON "collection_items" USING btree ("run_id") WHERE "collection_items"."status" = 'processing';--> statement-breakpoint
CREATE INDEX "collection_items_list" ON "collection_items" USING btree ("run_id","position","id");--> statement-breakpoint
CREATE INDEX "provider_calls_run" ON "provider_calls" USING btree ("run_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "provider_calls_item" ON "provider_calls" USING btree ("item_id");--> statement-breakpoint
CREATE UNIQUE INDEX "provider_calls_one_open" ON "provider_calls" USING btree ("item_id","page") WHERE "provider_calls"."state" = 'reserved';--> statement-breakpoint
CREATE INDEX "provider_calls_open" ON "provider_calls" USING btree ("run_id") WHERE "provider_calls"."state" = 'reserved';--> statement-breakpoint
CREATE INDEX "runs_newest" ON "runs" USING btree ("org_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "runs_open" ON "runs" USING btree ("org_id") WHERE "runs"."status" in ('pending', 'running', 'paused');--> statement-breakpoint
CREATE INDEX "run_sellers_newest" ON "run_sellers" USING btree ("run_id","found_at" DESC NULLS LAST) WHERE "run_sellers"."is_new";--> statement-breakpoint
CREATE UNIQUE INDEX "sellers_name" ON "sellers" USING btree ("org_id","platform","normalized_name") WHERE "sellers"."listed";--> statement-breakpoint
CREATE INDEX "sellers_removed" ON "sellers" USING btree ("org_id","platform","normalized_name") WHERE not "sellers"."listed";--> statement-breakpoint
CREATE INDEX "sellers_newest" ON "sellers" USING btree ("org_id","first_seen_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "sellers"."listed";--> statement-breakpoint
CREATE INDEX "sightings_item" ON "sightings" USING btree ("item_id");--> statement-breakpoint
CREATE INDEX "sightings_seller" ON "sightings" USING btree ("seller_id","id" DESC NULLS LAST) WHERE "sightings"."seller_id" is not null;--> statement-breakpoint
CREATE INDEX "sightings_unlisted" ON "sightings" USING btree ("org_id","normalized_name") WHERE "sightings"."seller_id" is null;
import { readBestSellers, readSearch } from "./oxylabs/answer.ts";
import type { AnswerReaders, Provider } from "./provider.ts";
import { readRecordedBestSellers, readRecordedSearch } from "./recorded/answer.ts";

/** How each provider's answers are read: without its credentials, and in any thread. */
export const READERS: Record<Provider["name"], AnswerReaders> = {
  oxylabs: { readBestSellers, readSearch },
  recorded: { readBestSellers: readRecordedBestSellers, readSearch: readRecordedSearch },
};

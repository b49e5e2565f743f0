/** How something ended, to be told later. */
export type Outcome<T> = { value: T } | { error: unknown };

export async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

export function settle<T>(outcome: Outcome<T>, { resolve, reject }: PromiseWithResolvers<T>): void {
  if ("error" in outcome) reject(outcome.error);
  else resolve(outcome.value);
}

import { Dice } from "../../src/providers/sandbox/dice.ts";

/** Chance that can be repeated: SEED=… runs the same schedule again (as far as the machine's own timing allows). */
export function rollDice(title: string): Dice {
  const seed = process.env.SEED ?? String(Math.floor(Math.random() * 1e9));
  console.log(`${title}: SEED=${seed}`);
  return new Dice(seed);
}

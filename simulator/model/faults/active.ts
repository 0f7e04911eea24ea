import type { PlannedFault } from '../plan.ts';
import type { World } from '../world.ts';

/** What a fault did to its target so far. */
export interface Bite {
  proven: boolean;
  detail: string;
  numbers: Record<string, number>;
}

/** A fault in force. */
export interface ActiveFault {
  /** Ends it; `healed` is called once its target is free of it. Called once. */
  heal(healed: () => void): void;
  bite(): Bite;
}

/** Puts one kind of fault on the world. */
export type Apply = (world: World, fault: PlannedFault, random: () => number) => ActiveFault;

/** A fault that ends at once, and whose bite is how far a count rose while it was in force. */
export function counting(count: () => number, what: string, undo: () => void): ActiveFault {
  const before = count();
  return {
    heal(healed) {
      undo();
      healed();
    },
    bite() {
      const risen = count() - before;
      return { proven: risen > 0, detail: `${risen} ${what}`, numbers: { [camel(what)]: risen } };
    },
  };
}

function camel(words: string): string {
  return words.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The part of the world that a fault is aimed at. Throws RangeError if there is none of this name. */
export function targetOf<T>(things: Record<string, T>, fault: PlannedFault): T {
  const thing = things[fault.target];
  if (!thing) throw new RangeError(`${fault.id}: the model has no ${fault.target} for ${fault.kind}; it has ${Object.keys(things).join(', ')}`);
  return thing;
}

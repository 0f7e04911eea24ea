import type { Protection } from '../protections.ts';

/** The model with one protection off: a mistake that real products make, and what comes of it. */
export interface Mutant {
  id: string;
  /** The mistake, in words. */
  mistake: string;
  off: Protection;
  /** Bugs of this family in real products, as repository#issue; some are closed since. */
  seenIn: string[];
  /** Ids of the guarantees that it breaks: 200 random scenarios show each of them. */
  breaks: string[];
  /** Those that it breaks only when something else comes together with it; a few thousand scenarios show each of them. */
  breaksRarely: string[];
}

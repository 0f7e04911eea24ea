import { conductMutants } from './conduct.ts';
import { forwardingMutants } from './forwarding.ts';
import { identityMutants } from './identity.ts';
import type { Mutant } from './mutant.ts';
import { outboxMutants } from './outbox.ts';

/** Every mutant: one for each protection. */
export const MUTANTS: readonly Mutant[] = [...outboxMutants, ...identityMutants, ...forwardingMutants, ...conductMutants];

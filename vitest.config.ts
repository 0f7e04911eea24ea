import { defineConfig } from 'vitest/config';

const everywhere = { pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000 };
const notOurs = ['node_modules/**', 'dist/**', 'runs/**', '.cache/**'];

/**
 * `fast` is what `npm test` runs. `full` holds what takes longer: repeated live runs, proofs over thousands of cases.
 * It comes after `fast`, one file at a time: a live run beside a proof would have its cores taken away. Live runs mostly
 * wait: where a file says so (`describe.concurrent`), five go side by side.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { ...everywhere, name: 'fast', include: ['**/*.test.ts'], exclude: [...notOurs, '**/*.full.test.ts', '**/*.full.e2e.test.ts'], sequence: { groupOrder: 0 }, maxWorkers: 2 } },
      { test: { ...everywhere, name: 'full', include: ['**/*.full.test.ts', '**/*.full.e2e.test.ts'], exclude: notOurs, testTimeout: 1_800_000, sequence: { groupOrder: 1 }, maxWorkers: 1 } },
    ],
  },
});

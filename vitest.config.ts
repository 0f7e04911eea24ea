import { defineConfig } from 'vitest/config';

/** `fast` is what `npm test` runs. `full` holds what takes longer: repeated live runs, proofs over many thousands of cases. */
const everywhere = { pool: 'forks' as const, testTimeout: 60_000, hookTimeout: 60_000, exclude: ['node_modules/**', 'dist/**', 'runs/**'] };

export default defineConfig({
  test: {
    projects: [
      { test: { ...everywhere, name: 'fast', include: ['**/*.test.ts'], exclude: [...everywhere.exclude, '**/*.full.test.ts', '**/*.full.e2e.test.ts'] } },
      { test: { ...everywhere, name: 'full', include: ['**/*.full.test.ts', '**/*.full.e2e.test.ts'], testTimeout: 1_800_000 } },
    ],
  },
});

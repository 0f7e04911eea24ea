import { fileURLToPath } from 'node:url';
import type { NameServer } from './name-server.ts';

const PRELOAD = fileURLToPath(new URL('./preload.cjs', import.meta.url));

/**
 * What to add to this environment of a process that is a Node.js program, so that it, its worker threads and the
 * Node.js programs that it starts ask our server for names of ours. Its `NODE_OPTIONS` is kept.
 */
export function resolvingThrough({ host, port }: Pick<NameServer, 'host' | 'port'>, environment: Record<string, string | undefined>): Record<string, string> {
  const require = `--require ${JSON.stringify(PRELOAD)}`;
  return {
    BROWNOUT_NAMES: `${host}:${port}`,
    NODE_OPTIONS: environment.NODE_OPTIONS ? `${environment.NODE_OPTIONS} ${require}` : require,
  };
}

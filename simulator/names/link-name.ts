import type { NameServer } from './name-server.ts';

/** The name under which those who call a link find it, and who tells them where it is. */
export interface LinkName {
  name: string;
  server: NameServer;
}

/** Why a link is not found by a name of ours, and what would make it so. */
export interface NameObstacle {
  reason: string;
  fix: string;
}

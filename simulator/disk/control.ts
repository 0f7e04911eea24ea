import type { CutMode, CutReport } from './cut.ts';
import type { Trouble } from './troubles.ts';
import type { Counts, Volume } from './volume.ts';

/** What a disk can be told while it is in use. */
export type Command =
  | { do: 'cut'; mode: CutMode; seed: number }
  | { do: 'impose'; id: number; trouble: Trouble }
  | { do: 'hits'; id: number }
  | { do: 'lift'; id: number }
  | { do: 'statistics' };

export interface DiskStatistics extends Counts {
  /** What the next cut would lose, in mode `none`. */
  unsyncedOperations: number;
  unsyncedBytes: number;
  usedBytes: number;
  inodes: number;
}

export interface Answers {
  cut: CutReport;
  impose: void;
  hits: number;
  lift: number;
  statistics: DiskStatistics;
}

/** Does what it is told. `changed` are inodes that the kernel must look at anew. */
export function obey(volume: Volume, command: Command): { answer: Answers[Command['do']]; changed?: number[] } {
  switch (command.do) {
    case 'cut': {
      const { report, changed } = volume.cut(command);
      return { answer: report, changed };
    }
    case 'impose':
      return { answer: volume.troubles.impose(command.id, command.trouble, volume.usedBytes) };
    case 'hits':
      return { answer: volume.troubles.hits(command.id) ?? 0 };
    case 'lift': {
      const lifted = volume.troubles.lift(command.id);
      // The drive empties the cache that it has lied about.
      if (lifted?.kind === 'lying-sync') volume.journal.syncAll();
      return { answer: lifted?.hits ?? 0 };
    }
    case 'statistics':
      return { answer: statisticsOf(volume) };
  }
}

function statisticsOf({ counts, journal, usedBytes, inodeCount }: Volume): DiskStatistics {
  return { ...counts, unsyncedOperations: journal.operations, unsyncedBytes: journal.bytes, usedBytes, inodes: inodeCount };
}

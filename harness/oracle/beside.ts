import { siblingModule } from '../../simulator/sibling-module.ts';
import type { History } from '../history/history.ts';
import { isShared } from '../history/memory.ts';
import { Thread } from '../history/thread.ts';
import * as here from './helper.ts';
import type { Match, Pairs } from './match.ts';
import type { Timeline } from './timeline.ts';

export type Helper = Thread<typeof here>;

/** A second thread for a history that both can look at. */
export function helperFor(history: History): Helper | undefined {
  return isShared(history) ? new Thread(siblingModule(import.meta.url, './helper')) : undefined;
}

/** What does not wait for another: each gives its result, once the helper has it or else by working it out here. */
export interface Beside {
  flaws: () => ReturnType<typeof here.flawsOf>;
  delays: () => ReturnType<typeof here.delaysOf>;
  sight: () => ReturnType<typeof here.sightOf>;
}

/** Asks the helper, if there is one, in the order in which it will be needed. */
export function askFor(history: History, match: Match, timeline: Timeline, helper: Helper | undefined): Beside {
  const flaws = helper?.call('flawsOf', ...forHelper(history, match));
  const delays = helper?.call('delaysOf', ...forHelper(history, match), timeline);
  const sight = helper?.call('sightOf', ...forHelper(history, match), timeline);
  return {
    flaws: once(() => flaws?.() ?? here.flawsOf(history, match)),
    delays: once(() => delays?.() ?? here.delaysOf(history, match, timeline)),
    sight: once(() => sight?.() ?? here.sightOf(history, match, timeline)),
  };
}

/** What the helper looks at. All but little of it is in memory that is shared; the rest is cloned. */
export function forHelper(history: History, { order, first, rowOf, readingOf }: Match): [History, Pairs] {
  return [{ ...history, events: history.events.filter(({ kind }) => kind === 'health') }, { order, first, rowOf, readingOf }];
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

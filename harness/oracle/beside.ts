import { siblingModule } from '../../simulator/sibling-module.ts';
import type { History } from '../history/history.ts';
import { isShared } from '../history/memory.ts';
import { Thread } from '../history/thread.ts';
import * as functions from './helper.ts';
import type { Match, Pairs } from './match.ts';

type Here = typeof functions;
const here: { [Name in keyof Here]: (...args: Parameters<Here[Name]>) => ReturnType<Here[Name]> } = functions;

/** A second thread for a history that both can look at. */
export type Helper = Thread<Here>;

export function helperFor(history: History): Helper | undefined {
  return isShared(history) ? new Thread(siblingModule(import.meta.url, './helper')) : undefined;
}

/** Has the helper call a function, if there is one. The result waits for it; what nobody did so far is done here, at the first look. */
export function beside<Name extends keyof Here>(helper: Helper | undefined, name: Name, ...args: Parameters<Here[Name]>): () => ReturnType<Here[Name]> {
  const call = helper?.call(name, ...args);
  let result: ReturnType<Here[Name]> | undefined;
  return () => (result ??= call?.() ?? here[name](...args));
}

/** What is looked at beside: what is not in shared memory is cloned, and should be little. */
export function littleOf(history: History): History {
  return { ...history, events: history.events.filter(({ kind }) => kind === 'health' || kind === 'look') };
}

export function pairsOf({ first, rowOf, readingOf }: Match): Pairs {
  return { first, rowOf, readingOf };
}

/**
 * What a second thread can work out while the first finds out which readings arrived: it takes no more than which row
 * shows which reading, and gives plain data.
 */
export { delaysOf } from './backlog.ts';
export { flawsOf } from './flaws.ts';
export { sightOf } from './sight.ts';

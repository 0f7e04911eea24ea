/**
 * What a second thread can work out while the first finds out which row shows which reading, and then which readings
 * arrived. It gives plain data.
 */
export { rowsAltered } from './altered.ts';
export { delaysOf } from './backlog.ts';
export { courseOf } from './course.ts';
export { sightOf } from './sight.ts';

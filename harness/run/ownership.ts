/** How the work folders of a run can be told to belong to its harness, should harness and guardian both be killed. */

/** Names of work folders in the temporary folder; the group is the process id of the harness. */
export const WORK_FOLDER = /^brownout-run-(\d+)-/;

/** What the name of this harness's work folders begins with. */
export function workFolderPrefix(): string {
  return `brownout-run-${process.pid}-`;
}

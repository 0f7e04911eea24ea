/** What moves a cursor, sets a colour, rings or renames a terminal: CSI, OSC and the like, whole. */
// oxlint-disable-next-line no-control-regex
const SEQUENCES = /[\u001b\u009b](?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[[()#;?]*(?:\d{0,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]|[PX^_][^\u001b]*(?:\u001b\\)?)/g;
/** All other control characters but tab and line feed, and those that turn the direction of what follows. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of somebody else's as it may be shown in a terminal: without escape sequences and control characters. */
export function plainText(text: string): string {
  return text.replace(SEQUENCES, '').replace(CONTROLS, '');
}

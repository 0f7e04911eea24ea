import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, Scalar } from 'yaml';

/** More than any file needs, and little enough to be looked through in a moment. */
const MOST_VALUES = 200_000;

/** What a walk through a document finds wrong. */
export interface TreeProblems {
  /** Aliases whose anchor comes later or never, or that stand inside of what they repeat. */
  dangling: Alias[];
  repeatedKeys: Scalar[];
  /** With every alias replaced by what it stands for, the document is larger than anybody could mean. */
  isTooLarge: boolean;
}

/**
 * Walks once through a document, in time that grows with its length and not with its square, as the library's own checks of
 * keys and aliases do. Afterwards each alias knows what it stands for without a search.
 */
export function walkTree(document: Document): TreeProblems {
  const problems: TreeProblems = { dangling: [], repeatedKeys: [], isTooLarge: false };
  const anchors = new Map<string, Node>();
  /** Nodes that are being walked through: an alias of one of them would repeat itself for ever. */
  const open = new Set<Node>();
  /** How many values a node with an anchor stands for. */
  const sizes = new Map<Node, number>();

  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) return follow(node);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return 1;
    if (node.anchor) anchors.set(node.anchor, node);
    open.add(node);
    const size = 1 + (isScalar(node) ? 0 : isMap(node) ? sizeOfMap(node.items) : node.items.reduce<number>((sum, item) => sum + sizeOf(item), 0));
    open.delete(node);
    if (node.anchor) sizes.set(node, size);
    return size;
  };
  const follow = (alias: Alias): number => {
    const target = anchors.get(alias.source);
    if (!target || open.has(target)) {
      problems.dangling.push(alias);
      return 1;
    }
    alias.resolve = () => target as ReturnType<Alias['resolve']>;
    return sizes.get(target) ?? 1;
  };
  const sizeOfMap = (items: readonly { key: unknown; value: unknown }[]): number => {
    const keys = new Set<unknown>();
    let size = 0;
    for (const { key, value } of items) {
      size += sizeOf(key) + sizeOf(value);
      if (!isScalar(key)) continue;
      if (keys.has(key.value)) problems.repeatedKeys.push(key);
      keys.add(key.value);
    }
    return size;
  };

  problems.isTooLarge = sizeOf(document.contents) > MOST_VALUES;
  return problems;
}
